using System.Collections.Immutable;
using System.Net;
using PortPortal.Engine.Forwarding;

namespace PortPortal.ForwarderHost;

public enum ForwarderCall
{
    Status,
    Apply,
    Change,
    Inspect,
    Traffic,
    Admit,
    Disturbances,
    Memory,
}

/// <summary>One call over the wire.</summary>
public sealed record ForwarderRequest(ForwarderCall Call)
{
    public ImmutableArray<PlanItem> Plan { get; init; } = [];

    public ImmutableArray<uint> Closed { get; init; } = [];

    public uint Mark { get; init; }

    public string? Visitor { get; init; }

    public double Seconds { get; init; }
}

/// <summary>What came of it.</summary>
/// <param name="Milliseconds">How long the forwarder itself took.</param>
/// <param name="CpuMilliseconds">How much processor time its process took meanwhile: what a busy machine does not change.</param>
/// <param name="Json">What it returned.</param>
public sealed record ForwarderAnswer(double Milliseconds, double CpuMilliseconds, string Json);

/// <summary>A <see cref="PlannedForward"/> in JSON's own types.</summary>
public sealed record PlanItem(uint Mark, int PublicPort, string Target, string[] Sources, bool KnockRequired, string? Interface)
{
    public static PlanItem Of(PlannedForward forward) => new(
        forward.Mark, forward.PublicPort, forward.Target.ToString(), [.. forward.Sources.Select(n => n.ToString())], forward.KnockRequired, forward.Interface);

    public PlannedForward ToForward() => new()
    {
        Mark = Mark,
        PublicPort = PublicPort,
        Target = IPEndPoint.Parse(Target),
        Sources = [.. Sources.Select(IPNetwork.Parse)],
        KnockRequired = KnockRequired,
        Interface = Interface,
    };
}
