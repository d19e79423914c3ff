using System.Globalization;
using System.Net;
using PortPortal.Engine.Common;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>A port forward as people see it now.</summary>
public sealed record PortForwardStatus
{
    public required string Id { get; init; }

    public required string SessionId { get; init; }

    public required string SessionName { get; init; }

    public required string OwnerId { get; init; }

    public required string NodeId { get; init; }

    /// <summary>The name under which the world reaches the node.</summary>
    public required string Host { get; init; }

    public required int PublicPort { get; init; }

    public required int GuestPort { get; init; }

    /// <summary>Its identity in the node's kernel.</summary>
    public required uint Mark { get; init; }

    public string? Label { get; init; }

    /// <summary>Networks that may connect; empty = everyone.</summary>
    public ValueList<string> Sources { get; init; } = [];

    /// <summary>Only addresses that passed the gate of one of the session's web ports may connect.</summary>
    public bool Knock { get; init; }

    public required ExposureState State { get; init; }

    /// <summary>Why it failed, or why it is carried by another path than expected, in words a user can act on.</summary>
    public string? Problem { get; init; }

    /// <summary>What carries the bytes; null while it is not in force.</summary>
    public ForwardPath? Path { get; init; }

    public required IPEndPoint Target { get; init; }

    public PortForwardTraffic Traffic { get; init; } = PortForwardTraffic.None;

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What outside clients connect to.</summary>
    public string Endpoint => string.Create(CultureInfo.InvariantCulture, $"{Host}:{PublicPort}");

    /// <summary>Whether the node shall forward it now.</summary>
    internal bool IsWanted => State is ExposureState.Pending or ExposureState.Active or ExposureState.Failed;

    /// <summary>The same forward after its session has changed: name, owner, state and address.</summary>
    public PortForwardStatus In(SessionStatus session)
    {
        var target = ExposureStatus.TargetIn(session, GuestPort);
        var state = State is ExposureState.Closing ? State : StateIn(session, target);
        return this with
        {
            SessionName = session.Name,
            OwnerId = session.OwnerId,
            Target = target,
            State = state,
            Problem = state == State ? Problem : null,
            Path = state == ExposureState.Active ? Path : null,
        };
    }

    /// <summary>The same forward with what somebody changed about it; other rules are not in force yet.</summary>
    internal PortForwardStatus With(PortForward changed)
    {
        var after = this with { Label = changed.Label, Sources = changed.Sources.ToValueList(), Knock = changed.Knock, ExpiresAt = changed.ExpiresAt };
        return IsSameRuleAs(after) || !IsWanted ? after : after with { State = ExposureState.Pending, Problem = null, Path = null };
    }

    /// <summary>Whether a node that forwards one of them forwards the other, too.</summary>
    internal bool IsSameRuleAs(PortForwardStatus other) =>
        Mark == other.Mark && PublicPort == other.PublicPort && Target.Equals(other.Target) && Knock == other.Knock && Sources.Equals(other.Sources);

    /// <summary>The same forward after the node was asked to forward it.</summary>
    internal PortForwardStatus After(ForwardOutcome outcome) => this with
    {
        State = outcome.Applied ? ExposureState.Active : ExposureState.Failed,
        Problem = outcome.Reason,
        Path = outcome.Applied ? outcome.Path : null,
    };

    internal PlannedForward Plan() => new()
    {
        Mark = Mark,
        PublicPort = PublicPort,
        Target = Target,
        Sources = [.. Sources.Select(source => PortForwardRules.ReadSource(source)!.Value)],
        KnockRequired = Knock,
    };

    internal static PortForwardStatus Of(PortForward forward, SessionStatus session, string host) => new PortForwardStatus
    {
        Id = forward.Id,
        SessionId = session.Id,
        SessionName = session.Name,
        OwnerId = session.OwnerId,
        NodeId = forward.NodeId,
        Host = host,
        PublicPort = forward.PublicPort,
        GuestPort = forward.GuestPort,
        Mark = (uint)forward.Mark,
        Label = forward.Label,
        Sources = forward.Sources.ToValueList(),
        Knock = forward.Knock,
        State = ExposureState.Pending,
        Target = ExposureStatus.TargetIn(session, forward.GuestPort),
        CreatedBy = forward.CreatedBy,
        CreatedAt = forward.CreatedAt,
        ExpiresAt = forward.ExpiresAt,
    }.In(session);

    /// <summary>What was in force for another target is not in force for this one.</summary>
    private ExposureState StateIn(SessionStatus session, IPEndPoint target) => session.State switch
    {
        SessionState.Running => IsWanted && target.Equals(Target) ? State : ExposureState.Pending,
        SessionState.Starting => ExposureState.Pending,
        SessionState.Paused => ExposureState.Paused,
        _ => ExposureState.Closed,
    };
}

/// <summary>What went through a forward, counted since it was opened or since PortPortal started.</summary>
/// <param name="BytesIn">From visitors to the session.</param>
/// <param name="BytesOut">From the session to visitors.</param>
/// <param name="Connections">Opened, not open now.</param>
public sealed record PortForwardTraffic(long BytesIn, long BytesOut, long Connections)
{
    public static readonly PortForwardTraffic None = new(0, 0, 0);
}
