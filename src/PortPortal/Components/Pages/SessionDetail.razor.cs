using System.Globalization;
using Microsoft.AspNetCore.Components;
using PortPortal.Components.Kit;
using PortPortal.Components.Live;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Gates;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Revocations;
using PortPortal.Engine.Sessions;

namespace PortPortal.Components.Pages;

/// <summary>One session: its ports and who gets in, the people there, what flows, how long it lives.</summary>
public partial class SessionDetail
{
    private static readonly PpPlace Home = new("Sessions", "/");

    private SessionStatus? _session;
    private PpState _state;
    private IReadOnlyList<PortRow> _ports = [];
    private IReadOnlyList<VisitorRow> _visitors = [];
    private IReadOnlyList<KeptOutRow> _keptOut = [];
    private IReadOnlyList<(GateLock Held, int Port)> _locks = [];
    private TrafficFlow _flow = null!; // read with the session
    private bool _mayChange;
    private bool _exposing;
    private IReadOnlyList<ForwardRow> _forwards = [];
    private int _forwardLimit;
    private bool _forwarding;
    private int? _forwardPort;
    private string? _changingForward;
    private bool _ending;

    /// <summary>The session's id or name.</summary>
    [Parameter]
    public string Id { get; set; } = "";

    /// <summary>The port whose access is shown.</summary>
    [SupplyParameterFromQuery(Name = "port")]
    private int? Open { get; set; }

    /// <summary>The port that is being shared.</summary>
    [SupplyParameterFromQuery(Name = "share")]
    private int? Share { get; set; }

    [Inject]
    private SessionFeed SessionFeed { get; set; } = null!;

    [Inject]
    private ExposureFeed ExposureFeed { get; set; } = null!;

    [Inject]
    private PortForwardFeed ForwardFeed { get; set; } = null!;

    [Inject]
    private ProfileBook Profiles { get; set; } = null!;

    [Inject]
    private ForwardActs ForwardActs { get; set; } = null!;

    [Inject]
    private TrafficFeed TrafficFeed { get; set; } = null!;

    [Inject]
    private VisitorFeed VisitorFeed { get; set; } = null!;

    [Inject]
    private GateLockFeed GateLockFeed { get; set; } = null!;

    [Inject]
    private KeptOutFeed KeptOutFeed { get; set; } = null!;

    [Inject]
    private SessionService SessionService { get; set; } = null!;

    [Inject]
    private SessionBoard Board { get; set; } = null!;

    [Inject]
    private PortActs PortActs { get; set; } = null!;

    [Inject]
    private SessionActs SessionActs { get; set; } = null!;

    [Inject]
    private VisitorActs VisitorActs { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private string Name => _session!.IsThisMachine ? "This machine" : _session.Name;

    private bool MayOpen => _mayChange && _session!.State == SessionState.Running;

    private bool MayEnd => _mayChange && _session is { Kind: not (SessionKind.ThisMachine or SessionKind.Container), EndedAt: null };

    private string Since => _session!.State switch
    {
        SessionState.Paused => "paused",
        SessionState.Terminated => "ended",
        _ => "up",
    };

    private string PortCount
    {
        get
        {
            var exposed = _ports.Count(port => port.IsExposed);
            return _ports.Count == exposed ? $"{exposed} exposed" : $"{exposed} exposed, {_ports.Count - exposed} detected";
        }
    }

    private string Effect =>
        $"Closes {CountText.Of(_ports.Count(port => port.IsExposed), "URL", "URLs")}{(_forwards.Count > 0 ? $" and {CountText.Of(_forwards.Count, "TCP forward", "TCP forwards")}" : "")} for good."
        + (_visitors.Count > 0 ? $" {CountText.People(_visitors.Count)} {(_visitors.Count == 1 ? "is" : "are")} connected." : "");

    private IReadOnlyList<PpFact> Facts =>
    [
        new("Id", _session!.Id, Mono: true),
        new("Guest address", _session.Address?.ToString() ?? "loopback", Mono: true),
        .. _session.Image is { } image ? new[] { new PpFact("Image", image, Mono: true) } : [],
        new("Profile", _session.Profile),
        new("Node", _session.NodeId),
        new("Owner", Board.OwnerName(_session.OwnerId)),
        new("Created", DurationText.Date(_session.CreatedAt, Time.GetUtcNow()) + " UTC"),
        .. _session.AllowPorts.Count > 0 ? new[] { new PpFact("Allowed ports", string.Join(", ", _session.AllowPorts)) } : [],
    ];

    protected override void OnInitialized()
    {
        Watch(SessionFeed);
        Watch(ExposureFeed);
        Watch(ForwardFeed);
        Watch(TrafficFeed);
        Watch(VisitorFeed);
        Watch(KeptOutFeed);
        Watch(GateLockFeed);
    }

    protected override async Task OnParametersSetAsync()
    {
        await base.OnParametersSetAsync();
        Read();
    }

    protected override void OnLive()
    {
        Read();
        base.OnLive();
    }

    private void Read()
    {
        if (Reader is not { } actor)
        {
            _session = null;
            return;
        }

        var found = SessionService.Find(Id, actor);
        _session = found.Value;
        if (_session is null)
        {
            return;
        }

        var exposures = ExposureFeed.Of(_session.Id).ToList();
        var reading = Board.Traffic();
        _mayChange = SessionService.CheckMayChange(_session, actor) is null;
        _ports = PortRow.Of(_session, exposures, actor, reading.Of);
        _state = Signs.Of(_session, _ports.Where(port => port.IsExposed).Select(port => port.State));
        _forwards = [.. ForwardFeed.Of(_session.Id).OrderBy(forward => forward.CreatedAt).Select(forward => ForwardRow.Of(forward, _session))];
        _forwardLimit = Profiles.Of(_session.Profile).MaxForwardedPorts;
        _flow = reading.Flow(exposures);
        _visitors = [.. VisitorFeed.Items.Values.Where(visitor => visitor.SessionId == _session.Id).OrderBy(visitor => visitor.Since).ThenBy(visitor => visitor.Id, StringComparer.Ordinal).Select(visitor => VisitorRow.Of(visitor, _session.OwnerId))];
        _keptOut = [.. exposures.OrderBy(exposure => exposure.Port).SelectMany(exposure => KeptOutFeed.Of(exposure.Id).Select(person => KeptOutRow.Of(person, exposure)))];
        _locks = [.. from exposure in exposures
                     let held = GateLockFeed.Find(exposure.Id)
                     where held is not null && held.Until > Time.GetUtcNow() && held.Generation == exposure.Access.GrantsSince
                     select (held, exposure.Port)];
    }

    /// <summary>Which row is open lives in the URL.</summary>
    private void Toggle(int port) => Navigation.NavigateTo(
        Navigation.GetUriWithQueryParameter("port", Open == port ? null : port.ToString(CultureInfo.InvariantCulture)),
        replace: true);

    /// <summary>So does which port is being shared.</summary>
    private void Sharing(int? port) => Navigation.NavigateTo(
        Navigation.GetUriWithQueryParameter("share", port?.ToString(CultureInfo.InvariantCulture)),
        replace: true);

    private Task<IReadOnlyList<Refusal>> ExposeAsync(PortRow port) => PortActs.ExposeAsync(_session!.Id, new() { Port = port.Port });

    private Task CloseAsync(PortRow port) => PortActs.CloseAsync(_session!.Id, port.Port, ExposureFeed.Find(_session.Id, port.Port));

    private void Forward(int? port) => (_forwarding, _forwardPort) = (true, port);
}
