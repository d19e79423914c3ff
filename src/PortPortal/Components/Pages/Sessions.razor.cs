using Microsoft.AspNetCore.Components;
using PortPortal.Components.Kit;
using PortPortal.Components.Live;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;

namespace PortPortal.Components.Pages;

/// <summary>This machine's ports, and every session the reader may see.</summary>
public partial class Sessions
{
    private static readonly IReadOnlyList<PpOption<PpAccessMode?>> ModeOptions =
    [
        new(null, "Any access"),
        .. new[] { PpAccessMode.Sso, PpAccessMode.Email, PpAccessMode.Pin, PpAccessMode.Public }.Select(mode => new PpOption<PpAccessMode?>(mode, mode.Word())),
    ];

    private readonly HeldOrder _order = new();
    /// <summary>Filters on their way into the URL; they come back late, and must not overwrite what was typed meanwhile.</summary>
    private readonly HashSet<SessionFilter> _written = [];

    private SessionFilter _filter = new();
    private SessionStatus? _machine;
    private IReadOnlyList<PortRow>? _plates;
    private int _hidden;
    private bool _mayChangeMachine;
    private IReadOnlyList<SessionRow> _all = [];
    private IReadOnlyList<SessionRow> _shown = [];
    private IReadOnlyList<SessionStatus> _seen = [];
    private bool _mayExpose;
    private SessionChoices _choices = SessionChoices.None;
    private SessionSums _sums = SessionSums.None;
    private int _people;
    private double _bytesPerSecond;
    private string? _nearest;
    private bool _exposing;
    private int? _forwarding;
    private SessionRow? _ending;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Text { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    private string? State { get; set; }

    [SupplyParameterFromQuery(Name = "node")]
    private string? Node { get; set; }

    [SupplyParameterFromQuery(Name = "owner")]
    private string? Owner { get; set; }

    [SupplyParameterFromQuery(Name = "access")]
    private string? Access { get; set; }

    [Inject]
    private SessionFeed SessionFeed { get; set; } = null!;

    [Inject]
    private ExposureFeed ExposureFeed { get; set; } = null!;

    [Inject]
    private SessionService SessionService { get; set; } = null!;

    [Inject]
    private SessionBoard Board { get; set; } = null!;

    [Inject]
    private PortActs PortActs { get; set; } = null!;

    [Inject]
    private SessionActs SessionActs { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <summary>Where a port can be exposed; worked out where it is asked for only.</summary>
    private IReadOnlyList<PpOption<string>> Targets => [.. _seen.Where(MayExpose)
        .OrderByDescending(session => session.IsThisMachine)
        .ThenBy(session => session.Name, StringComparer.Ordinal)
        .Select(session => new PpOption<string>(session.Id, session.IsThisMachine ? "This machine" : session.Name))];

    protected override void OnInitialized()
    {
        Watch(Board);
    }

    protected override async Task OnParametersSetAsync()
    {
        await base.OnParametersSetAsync();
        var asked = new SessionFilter(Text ?? "", Parse<PpState>(State), Node, Owner, Parse<PpAccessMode>(Access));
        if (!_written.Remove(asked))
        {
            _filter = asked;
        }

        Read(Board.Now);
    }

    protected override void OnLive()
    {
        Read(Board.Latest);
        base.OnLive();
    }

    private static T? Parse<T>(string? text)
        where T : struct, Enum =>
        Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null;

    private static List<SessionRow> RowsOf(IReadOnlyList<SessionRow> all, IEnumerable<SessionStatus> seen)
    {
        var visible = seen.Select(session => session.Id).ToHashSet(StringComparer.Ordinal);
        return [.. all.Where(row => visible.Contains(row.Id))];
    }

    private bool MayChange(SessionStatus? session) => session is not null && Reader is { } actor && SessionService.CheckMayChange(session, actor) is null;

    private bool MayExpose(SessionStatus session) => session.State == SessionState.Running && MayChange(session);

    /// <summary>1 what the reader may see, 2 this machine, 3 rows, order and choices, 4 what they come to.</summary>
    private void Read(SessionBoard.Edition board)
    {
        if (Reader is not { } actor)
        {
            return;
        }

        // 1
        _seen = SessionService.SeesAll(actor) ? board.Sessions : [.. board.Sessions.Where(session => SessionService.MaySee(session, actor))];

        // 2
        _machine = _seen.FirstOrDefault(session => session.IsThisMachine);
        _mayChangeMachine = MayChange(_machine);
        _plates = _machine?.Listening is null ? null : PortRow.Of(_machine, ExposureFeed.Of(_machine.Id), actor, Board.Traffic().Of);
        _hidden = _machine?.Listening?.Count(listener => listener.Hidden) ?? 0;

        // 3
        (_all, _choices, _sums) = (board.Rows, board.Choices, board.Sums);
        if (_seen.Count < board.Sessions.Count)
        {
            _all = RowsOf(board.Rows, _seen);
            (_choices, _sums) = (SessionChoices.Of(_all), SessionSums.Of(_all));
        }

        _shown = _order.Arrange(_filter.IsEmpty ? _all : [.. _all.Where(row => _filter.Matches(row, actor.Id))], row => row.Id);
        _nearest = _shown.Count == 0 && _filter.Text.Length > 0 ? NearestWord.Find(_filter.Text, _all.Select(row => row.Name)) : null;

        // 4
        _mayExpose = actor.Role != Role.Viewer && _seen.Any(MayExpose);
        _people = _sums.People + (_plates?.Sum(port => port.Traffic.People) ?? 0);
        _bytesPerSecond = _sums.BytesPerSecond + (_plates?.Sum(port => port.Traffic.BytesPerSecond) ?? 0);
    }

    private IReadOnlyList<PpOption<PpState?>> StateOptions()
    {
        var counts = _filter.IsEmpty ? _sums.States : SessionSums.Of([.. _all.Where(row => _filter.MatchesAllButState(row, Reader?.Id ?? ""))]).States;
        return
        [
            new(null, "All") { Count = counts.Values.Sum() },
            .. new[] { PpState.Live, PpState.Idle, PpState.Waiting, PpState.Paused }.Select(state => new PpOption<PpState?>(state, state.Word()) { Count = counts.GetValueOrDefault(state) }),
        ];
    }

    /// <summary>The filter takes effect at once, and lives in the URL.</summary>
    private void Filter(SessionFilter filter)
    {
        if (filter == _filter)
        {
            return;
        }

        _filter = filter;
        _written.Add(filter);
        Read(Board.Latest);
        Navigation.NavigateTo(
            Navigation.GetUriWithQueryParameters("/", new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["q"] = filter.Text.Length > 0 ? filter.Text : null,
                ["state"] = filter.State?.ToString().ToLowerInvariant(),
                ["node"] = filter.Node,
                ["owner"] = filter.OwnerId,
                ["access"] = filter.Mode?.ToString().ToLowerInvariant(),
            }),
            replace: true);
    }

    private Task<IReadOnlyList<Refusal>> ExposeAsync(PortRow port) => PortActs.ExposeAsync(_machine!.Id, new() { Port = port.Port });

    private Task CloseAsync(PortRow port) => PortActs.CloseAsync(_machine!.Id, port.Port, ExposureFeed.Find(_machine.Id, port.Port));
}
