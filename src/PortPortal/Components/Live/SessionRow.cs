using PortPortal.Components.Kit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;

namespace PortPortal.Components.Live;

/// <summary>One line of the table of sessions.</summary>
public sealed record SessionRow
{
    /// <summary>What owners are called that are no account.</summary>
    internal const string Automation = "Automation";

    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Sandbox, container, …</summary>
    public required string Kind { get; init; }

    public required PpState State { get; init; }

    public required DateTimeOffset StateSince { get; init; }

    public ValueList<PortSign> Ports { get; init; } = [];

    /// <summary>Each mode once, from closed to open.</summary>
    public ValueList<PpAccessMode> Modes { get; init; } = [];

    public TrafficView Traffic { get; init; } = TrafficView.None;

    public required string Node { get; init; }

    public required string OwnerId { get; init; }

    public required string Owner { get; init; }

    /// <summary>For owners that are no person.</summary>
    public string? OwnerIcon { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>It is paused and ended by its container.</summary>
    public bool FollowsContainer { get; init; }

    public bool HasEnded => State == PpState.Gone;

    /// <summary>Its time means something: it has an end, or is paused or over since then.</summary>
    public bool IsTimed => HasEnded || State == PpState.Paused || ExpiresAt is not null;

    /// <summary>Its page.</summary>
    public string Href => $"/sessions/{Id}";

    internal static SessionRow Of(SessionStatus session, IEnumerable<ExposureStatus> exposures, string owner, Func<ExposureStatus, TrafficView> trafficOf)
    {
        var open = exposures.OrderBy(exposure => exposure.Port).Select(exposure => (Exposure: exposure, Traffic: trafficOf(exposure))).ToList();
        var signs = open.ConvertAll(port => new PortSign(port.Exposure.Port, Signs.Of(port.Exposure, port.Traffic)));
        return new()
        {
            Id = session.Id,
            Name = session.Name,
            Kind = Signs.Word(session.Kind),
            FollowsContainer = session.Kind == SessionKind.Container,
            State = Signs.Of(session, signs.Select(sign => sign.State)),
            StateSince = session.StateSince,
            Ports = signs.ToValueList(),
            Modes = open.Select(port => Signs.Of(port.Exposure.Access.Mode)).Distinct().Order().ToValueList(),
            Traffic = TrafficView.Sum(open.ConvertAll(port => port.Traffic)),
            Node = session.NodeId,
            OwnerId = session.OwnerId,
            Owner = owner,
            OwnerIcon = owner == Automation ? Icons.Terminal : null,
            ExpiresAt = session.ExpiresAt,
        };
    }
}

/// <summary>A port as a jack.</summary>
public sealed record PortSign(int Port, PpState State);
