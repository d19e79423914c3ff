using System.Collections.Immutable;
using System.Net;

namespace PortPortal.Engine.Forwarding;

/// <summary>One public port and where it leads; the whole definition, in numbers only.</summary>
/// <remarks>A forward whose definition changes is a new one: its open flows end.</remarks>
public sealed record PlannedForward
{
    /// <summary>The kernel's connection marks keep 8 of their 32 bits to tell PortPortal's from others'.</summary>
    public const uint MaxMark = 0x00FF_FFFF;

    /// <summary>The forward's identity, 1 to <see cref="MaxMark"/>: stable over restarts, never given to another forward.</summary>
    public required uint Mark { get; init; }

    /// <summary>One of <see cref="PublicPorts"/>.</summary>
    public required int PublicPort { get; init; }

    /// <summary>The session's own address; a loopback one is served by the relay.</summary>
    public required IPEndPoint Target { get; init; }

    /// <summary>Who may connect; empty for everyone. Combined with a knock, both must hold.</summary>
    public ImmutableArray<IPNetwork> Sources { get; init; } = [];

    /// <summary>Only addresses that were admitted may connect.</summary>
    public bool KnockRequired { get; init; }

    /// <summary>The one network interface on which the port exists, such as a tunnel's; null for all.</summary>
    public string? Interface { get; init; }

    public bool Equals(PlannedForward? other) => ReferenceEquals(this, other)
        || (other is not null
            && Mark == other.Mark
            && PublicPort == other.PublicPort
            && Target.Equals(other.Target)
            && KnockRequired == other.KnockRequired
            && string.Equals(Interface, other.Interface, StringComparison.Ordinal)
            && Sources.AsSpan().SequenceEqual(other.Sources.AsSpan()));

    public override int GetHashCode() => HashCode.Combine(Mark, PublicPort, Target);
}
