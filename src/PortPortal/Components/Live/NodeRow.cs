using PortPortal.Components.Kit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Sessions;

namespace PortPortal.Components.Live;

/// <summary>One machine that forwards.</summary>
public sealed record NodeRow
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The name under which the world reaches it.</summary>
    public required string Host { get; init; }

    public required int Sessions { get; init; }

    public required int Wanted { get; init; }

    public required int Found { get; init; }

    public required string Forwarder { get; init; }

    /// <summary>Why that one is in force.</summary>
    public required string Reason { get; init; }

    public string? Fault { get; init; }

    /// <summary>Something is not as it is wanted.</summary>
    public required bool IsOff { get; init; }

    public DateTimeOffset? ComparedAt { get; init; }

    public long Mended { get; init; }

    public DateTimeOffset? MendedAt { get; init; }

    public ValueList<ForwardDrift> LastMended { get; init; } = [];

    public PpState State => IsOff ? PpState.Warn : PpState.Live;

    public string Word => IsOff ? "Drifted" : "Healthy";

    /// <summary>“6 of 6 in sync”, or how many differ.</summary>
    public string Rules => IsOff ? $"{Math.Max(1, Wanted - Found)} of {Wanted} differ" : $"{Found} of {Wanted} in sync";

    public string Href => $"/nodes?node={Uri.EscapeDataString(Id)}";

    internal static NodeRow Of(ForwardingStatus node, int sessions, IEnumerable<PortForwardStatus> forwards) => new()
    {
        Id = node.NodeId,
        Name = node.NodeId == LocalNode.Id ? Environment.MachineName : node.NodeId,
        Host = node.Host,
        Sessions = sessions,
        Wanted = node.Wanted,
        Found = node.Found,
        Forwarder = node.Forwarder.Name,
        Reason = node.Forwarder.Reason,
        Fault = node.Fault,
        IsOff = node.Fault is not null || node.Differences.Count > 0 || forwards.Any(forward => forward.State == ExposureState.Failed),
        ComparedAt = node.ComparedAt,
        Mended = node.Mended,
        MendedAt = node.MendedAt,
        LastMended = node.LastMended,
    };
}
