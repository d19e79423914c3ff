using System.Net;
using PortPortal.Engine.Common;
using PortPortal.Engine.Nodes;

namespace PortPortal.Engine.Sessions;

/// <summary>A session as people see it now.</summary>
public sealed record SessionStatus
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required SessionKind Kind { get; init; }

    public required SessionState State { get; init; }

    public required DateTimeOffset StateSince { get; init; }

    /// <summary>Null for this machine.</summary>
    public IPAddress? Address { get; init; }

    public required string NodeId { get; init; }

    public required string OwnerId { get; init; }

    public required string Profile { get; init; }

    /// <summary>Empty = every port.</summary>
    public ValueList<int> AllowPorts { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The ports something listens on, in order; null while nobody has looked yet.</summary>
    public ValueList<ListeningPort>? Listening { get; init; }

    /// <summary>Why nothing newer is known of it, in words; null while its source answers.</summary>
    public string? Problem { get; init; }

    /// <summary>Since when nothing is known.</summary>
    public DateTimeOffset? ProblemSince { get; init; }

    /// <summary>What its owner has to know: what its labels ask for wrongly.</summary>
    public string? Notice { get; init; }

    /// <summary>The container it follows, by its engine's number.</summary>
    public string? ContainerId { get; init; }

    /// <summary>What the container was made from.</summary>
    public string? Image { get; init; }

    /// <summary>How the edge reaches it; null for a session of this machine.</summary>
    public NodeWay? Way { get; init; }

    public bool IsThisMachine => Kind == SessionKind.ThisMachine;

    public ListeningPort? ListenerOn(int port) => Listening?.FirstOrDefault(listener => listener.Port == port);

    /// <param name="before">As it was seen until now: the database knows nothing of listeners.</param>
    internal static SessionStatus Of(Session session, SessionStatus? before = null) => new()
    {
        Id = session.Id,
        Name = session.Name,
        Kind = session.Kind,
        State = session.State,
        StateSince = session.StateSince,
        Address = session.Address is null ? null : IPAddress.Parse(session.Address),
        NodeId = session.NodeId,
        OwnerId = session.OwnerId,
        Profile = session.Profile,
        AllowPorts = session.AllowPorts.ToValueList(),
        CreatedAt = session.CreatedAt,
        ExpiresAt = session.ExpiresAt,
        EndedAt = session.EndedAt,
        Listening = before?.Listening,
        ContainerId = session.ContainerId,
        Image = before?.Image,
        Notice = before?.Notice,
        Problem = before?.Problem,
        ProblemSince = before?.ProblemSince,
    };
}
