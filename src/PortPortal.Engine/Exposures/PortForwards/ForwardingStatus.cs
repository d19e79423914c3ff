using System.Collections.Immutable;
using PortPortal.Engine.Common;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>How forwarding stands on one node: which driver, and what is wanted against what was found.</summary>
public sealed record ForwardingStatus
{
    /// <summary>Enough to see what happened; the count has them all.</summary>
    private const int MostShown = 50;

    public required string NodeId { get; init; }

    /// <summary>The name under which the world reaches its public ports.</summary>
    public required string Host { get; init; }

    /// <summary>The driver in force, and why.</summary>
    public required ForwarderStatus Forwarder { get; init; }

    public int Wanted { get; init; }

    /// <summary>How many of them are in force.</summary>
    public int Found { get; init; }

    /// <summary>What could not be mended; why is in <see cref="Fault"/>.</summary>
    public ValueList<ForwardDrift> Differences { get; init; } = [];

    public string? Fault { get; init; }

    /// <summary>When wanted and found were compared last; null before the first time.</summary>
    public DateTimeOffset? ComparedAt { get; init; }

    /// <summary>Differences that were mended since PortPortal started.</summary>
    public long Mended { get; init; }

    public DateTimeOffset? MendedAt { get; init; }

    /// <summary>What was mended last.</summary>
    public ValueList<ForwardDrift> LastMended { get; init; } = [];

    internal static ForwardingStatus Of(ForwarderStatus forwarder, string host) => new() { NodeId = LocalNode.Id, Host = host, Forwarder = forwarder };

    internal ForwardingStatus After(EnforcementResult result, ImmutableArray<ForwardDrift> differences, DateTimeOffset now)
    {
        var mended = result.Report.Mended;
        var compared = this with
        {
            Wanted = result.Wanted,
            Found = result.InForce,
            Differences = differences.Take(MostShown).ToValueList(),
            Fault = result.Report.Fault,
            ComparedAt = now,
        };
        return mended.IsEmpty
            ? compared
            : compared with { Mended = Mended + mended.Length, MendedAt = now, LastMended = mended.Take(MostShown).ToValueList() };
    }
}
