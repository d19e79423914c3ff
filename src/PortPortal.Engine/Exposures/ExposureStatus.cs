using System.Net;
using PortPortal.Engine.Access;
using PortPortal.Engine.Common;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures;

/// <summary>An exposure as people and the edge see it now.</summary>
public sealed record ExposureStatus
{
    public required string Id { get; init; }

    public required string SessionId { get; init; }

    public required string SessionName { get; init; }

    public required SessionState SessionState { get; init; }

    public required string NodeId { get; init; }

    /// <summary>The name of its session's profile.</summary>
    public string Profile { get; init; } = Profiles.Profile.DefaultName;

    public required int Port { get; init; }

    public required UpstreamProtocol Protocol { get; init; }

    public string? Label { get; init; }

    public string? Name { get; init; }

    public required AccessPolicy Access { get; init; }

    /// <summary>Encrypted; <see cref="ExposurePins"/> shows it to owners.</summary>
    internal string? PinProtected { get; init; }

    public required ExposureState State { get; init; }

    /// <summary>All places of its session are taken.</summary>
    public bool Waits { get; init; }

    public ExposureSource Source { get; init; }

    /// <summary>Why it failed or waits, in words a user can act on.</summary>
    public string? Problem { get; init; }

    /// <summary>What its owner has to know.</summary>
    public string? Notice { get; init; }

    /// <summary>How the edge reaches the session; null for one of this machine.</summary>
    public NodeWay? Way { get; init; }

    /// <summary>Where it is reached through Pangolin, too; null where it is not.</summary>
    public Uri? PangolinUrl { get; init; }

    /// <summary>Why it is not reached through Pangolin although that is wanted.</summary>
    public string? PangolinProblem { get; init; }

    /// <summary>What the edge dials, on the machine of the session.</summary>
    public required IPEndPoint Target { get; init; }

    /// <summary>Null while nobody has looked.</summary>
    public bool? Listening { get; init; }

    /// <summary>The process that listens, where it is known.</summary>
    public string? Process { get; init; }

    public required Uri Url { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>It closes when nobody has come for so long.</summary>
    public TimeSpan? CloseAfterIdle { get; init; }

    /// <summary>When that will be unless somebody comes; null while someone is there, and without <see cref="CloseAfterIdle"/>.</summary>
    public DateTimeOffset? IdleEndsAt { get; init; }

    /// <summary>Null until someone has looked.</summary>
    public ExposureHealth? Health { get; init; }

    public string OwnerId => Access.OwnerId;

    /// <summary>The same exposure after its session has changed: name, state, address and listeners.</summary>
    public ExposureStatus In(SessionStatus session, PublicAddress address) => this with
    {
        SessionName = session.Name,
        SessionState = session.State,
        Profile = session.Profile,
        State = StateIn(session, Waits),
        Way = session.Way,
        Target = TargetIn(session, Port),
        Listening = session.Listening is null ? null : session.ListenerOn(Port) is { OnlyInside: false },
        Process = session.ListenerOn(Port)?.Process,
        Url = address.UrlOf(ExposureHostname.Canonical(address, session.Id, session.Name, Port, Name)),
    };

    /// <summary>True where connections that were open on the way of <paramref name="before"/> go on: the way is the same, or a better one came up beside it.</summary>
    internal bool KeepsWayOf(ExposureStatus before) => Way == before.Way || (before.Way, Way) is (NodeWay.Stream, NodeWay.WireGuard);

    /// <summary>With what was seen of the same exposure before; the database knows none of it.</summary>
    internal ExposureStatus Keeping(ExposureStatus? before) => before is null ? this : this with
    {
        IdleEndsAt = CloseAfterIdle is null ? null : before.IdleEndsAt,
        Health = before.Health,
    };

    /// <summary>After a change: whether it waits for a place is settled by the reconciler, so that stays as it was.</summary>
    internal static ExposureStatus Of(Exposure exposure, SessionStatus session, PublicAddress address, ExposureStatus? before) =>
        Of(exposure, session, address, before is { Waits: true } ? before.Problem : null).Keeping(before);

    /// <param name="waitsFor">What it waits for while all places are taken, in words; null where it has one.</param>
    internal static ExposureStatus Of(Exposure exposure, SessionStatus session, PublicAddress address, string? waitsFor) => new ExposureStatus
    {
        Id = exposure.Id,
        SessionId = session.Id,
        SessionName = session.Name,
        SessionState = session.State,
        NodeId = session.NodeId,
        Port = exposure.Port,
        Protocol = exposure.Protocol,
        Label = exposure.Label,
        Name = exposure.Name,
        Access = new AccessPolicy
        {
            ExposureId = exposure.Id,
            Mode = exposure.Access,
            Version = exposure.PolicyVersion,
            GrantsSince = exposure.GrantsSince,
            OwnerId = session.OwnerId,
            AllowedEmails = exposure.AllowedEmails.ToValueList(),
            AllowedPeople = exposure.AllowedPeople.ToValueList(),
        },
        PinProtected = exposure.PinProtected,
        Notice = exposure.Notice,
        State = StateIn(session, waitsFor is not null),
        Waits = waitsFor is not null,
        Problem = waitsFor,
        Source = exposure.Source,
        CloseAfterIdle = exposure.CloseAfterIdle,
        Target = TargetIn(session, exposure.Port),
        Url = address.Portal,
        CreatedAt = exposure.CreatedAt,
        ExpiresAt = exposure.ExpiresAt,
    }.In(session, address);

    private static ExposureState StateIn(SessionStatus session, bool waits) => session.State switch
    {
        SessionState.Running => waits ? ExposureState.Pending : ExposureState.Active,
        SessionState.Starting => ExposureState.Pending,
        SessionState.Paused => ExposureState.Paused,
        _ => ExposureState.Closed,
    };

    internal static IPEndPoint TargetIn(SessionStatus session, int port)
    {
        var listener = session.ListenerOn(port);
        // A session without an address is not this machine: nothing may be dialled for it, and the policy refuses this address always.
        var address = listener?.DialAddress ?? session.Address ?? (session.IsThisMachine ? IPAddress.Loopback : IPAddress.None);
        return new(address, listener?.DialPort ?? port);
    }
}
