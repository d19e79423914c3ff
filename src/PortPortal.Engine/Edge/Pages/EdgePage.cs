using System.Text.Json;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Edge.Pages;

/// <summary>One page of the edge: the refusal it stands for, and what a person sees of it.</summary>
internal sealed record EdgePage
{
    /// <summary>Status, code and the one sentence that clients other than browsers get.</summary>
    public required Refusal Refusal { get; init; }

    public required string Title { get; init; }

    /// <summary>HTML between the title and the footer, encoded by whoever made it.</summary>
    public required string Body { get; init; }

    /// <summary>Writes what a problem document says beyond the refusal.</summary>
    public Action<Utf8JsonWriter>? Members { get; init; }

    public Jack Jack { get; init; } = Jack.Gone;

    /// <summary>What the jack shows: the port.</summary>
    public int? Port { get; init; }

    /// <summary>The page loads itself again after so many seconds, at the URL it was asked for.</summary>
    public int? ReloadAfter { get; init; }

    /// <summary>Where to, where that is another URL: a page that answered a form cannot be asked for again.</summary>
    public string? ReloadAt { get; init; }
}

/// <summary>The sign of a port, as the portal draws it.</summary>
internal enum Jack
{
    Locked,
    Waiting,
    Paused,
    Gone,
    Refused,
    Unreachable,
}
