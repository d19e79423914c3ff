using System.Text.Json.Serialization;

namespace PortPortal.Engine.Nodes.Protocol;

/// <summary>What the portal says on a node's stream.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Challenge), "challenge")]
[JsonDerivedType(typeof(Desired), "desired")]
[JsonDerivedType(typeof(Admit), "admit")]
[JsonDerivedType(typeof(Dismissal), "dismissal")]
[JsonDerivedType(typeof(Beat), "beat")]
internal abstract record PortalMessage;

/// <summary>First of all: prove who you are.</summary>
internal sealed record Challenge(byte[] Nonce) : PortalMessage;

/// <summary>The node's whole desired state; it takes the place of the one before.</summary>
internal sealed record Desired : PortalMessage
{
    /// <summary>Grows with every change, within one run of the portal.</summary>
    public required long Revision { get; init; }

    /// <summary>Null where there shall be none.</summary>
    public DesiredTunnel? Tunnel { get; init; }

    public required IReadOnlyList<DesiredPort> Ports { get; init; }
}

/// <summary>The node's end of the tunnel; all of it is chosen by the portal.</summary>
internal sealed record DesiredTunnel
{
    public required string Address { get; init; }

    public required string Network { get; init; }

    public required int Mtu { get; init; }

    public required string EdgeAddress { get; init; }

    public required string EdgeKey { get; init; }

    /// <summary>The UDP port to call.</summary>
    public required int EdgePort { get; init; }

    /// <summary>Where to call it; null for where the portal was reached.</summary>
    public string? EdgeHost { get; init; }

    /// <summary>The node's own key as the edge has it; null from a portal that knows no change of keys.</summary>
    public string? NodeKey { get; init; }

    /// <summary>The key that the node has announced, and whose handshake the edge waits for; null for none.</summary>
    public string? AwaitedKey { get; init; }

    /// <summary>The key that an admin wants replaced; null for none.</summary>
    public string? UnwantedKey { get; init; }
}

/// <summary>One port of a session on the node.</summary>
internal sealed record DesiredPort
{
    /// <summary>The exposure's or the forward's id.</summary>
    public required string Id { get; init; }

    public required uint Mark { get; init; }

    public required int PublicPort { get; init; }

    /// <summary>The session's own address and port.</summary>
    public required string Target { get; init; }

    /// <summary>Reached through the tunnel or the stream by the edge alone, never by the world.</summary>
    public required bool EdgeOnly { get; init; }

    /// <summary>Networks that may connect, with commas between; empty for everyone.</summary>
    public string Sources { get; init; } = "";

    public bool Knock { get; init; }
}

/// <summary>Lets one visitor's address use a forward that asks for a knock.</summary>
internal sealed record Admit(uint Mark, string Visitor, double Seconds) : PortalMessage;

/// <summary>The last word: why the stream ends.</summary>
internal sealed record Dismissal(string Reason, bool Forever) : PortalMessage;

/// <summary>Nothing new, still here.</summary>
internal sealed record Beat : PortalMessage;
