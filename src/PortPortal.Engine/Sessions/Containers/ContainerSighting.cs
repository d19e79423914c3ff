using System.Net;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Sessions.Containers;

/// <summary>One container as the engine shows it; one that is gone is no longer among the sightings.</summary>
internal sealed record ContainerSighting
{
    /// <summary>The engine's own number for it, 64 hexadecimal characters.</summary>
    public required string Id { get; init; }

    /// <summary>What people call it, cleaned; not yet a name for a session.</summary>
    public required string Name { get; init; }

    public required string Image { get; init; }

    public required ContainerState State { get; init; }

    /// <summary>Where its own network interface is; null while it does not run, on the host's network, and where the engine runs without root.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Its first process, by which its network namespace is found; null while it does not run.</summary>
    public int? Pid { get; init; }

    /// <summary>Its listeners are this machine's own.</summary>
    public bool UsesHostNetwork { get; init; }

    /// <summary>TCP ports that the engine itself brings to the host.</summary>
    public ValueList<PublishedPort> Published { get; init; } = [];

    public required ContainerLabels Labels { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last started: another moment means that everything in it is new.</summary>
    public DateTimeOffset? StartedAt { get; init; }
}

/// <summary>What a container is doing, the engines' many words taken together.</summary>
public enum ContainerState
{
    /// <summary>Made, or being started anew; nothing runs in it yet.</summary>
    Starting,
    Running,
    Paused,

    /// <summary>Stopped or ended by itself; it can be started again.</summary>
    Exited,
}

/// <param name="Port">The port inside.</param>
/// <param name="Host">Where it can be dialled on the host.</param>
internal sealed record PublishedPort(int Port, IPEndPoint Host);
