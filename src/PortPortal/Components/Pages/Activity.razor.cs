using System.Data.Common;
using System.Globalization;
using Microsoft.AspNetCore.Components;
using PortPortal.Components.Kit;
using PortPortal.Components.Live;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;

namespace PortPortal.Components.Pages;

/// <summary>What happened, who did it and who was refused, live; what is asked for stands in the address.</summary>
public partial class Activity
{
    private const int PageSize = 100;
    private const int Buckets = 96;
    private const string Chosen = "chosen";
    private static readonly Dictionary<string, string> SpanWords = new(StringComparer.Ordinal)
    {
        ["1h"] = "Last hour",
        ["24h"] = "Last 24 hours",
        ["7d"] = "Last 7 days",
        ["30d"] = "Last 30 days",
        ["90d"] = "Last 90 days",
    };

    private readonly HashSet<long> _open = [];
    private AuditScope? _scope;
    private AuditFilter? _loaded;
    private List<AuditEntry>? _entries;
    private List<AuditEntry> _waiting = [];
    private IReadOnlyList<ActivityLine> _lines = [];
    private AuditCounts _counts = new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1), new int[Buckets], new int[Buckets]);
    private long _newestAtFirst;
    private int _load;
    private bool _more;
    private bool _reading;
    private bool _failed;
    private bool _held;
    private bool _choosing;

    [SupplyParameterFromQuery(Name = "kind")]
    private string? Kind { get; set; }

    [SupplyParameterFromQuery(Name = "action")]
    private string? Action { get; set; }

    [SupplyParameterFromQuery(Name = "result")]
    private string? Result { get; set; }

    [SupplyParameterFromQuery(Name = "person")]
    private string? Person { get; set; }

    [SupplyParameterFromQuery(Name = "session")]
    private string? Session { get; set; }

    [SupplyParameterFromQuery(Name = "port")]
    private string? Port { get; set; }

    [SupplyParameterFromQuery(Name = "ip")]
    private string? Ip { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? Text { get; set; }

    [SupplyParameterFromQuery(Name = "last")]
    private string? Last { get; set; }

    [SupplyParameterFromQuery(Name = "after")]
    private string? After { get; set; }

    [SupplyParameterFromQuery(Name = "before")]
    private string? Before { get; set; }

    [Inject]
    private AuditLog Log { get; set; } = null!;

    [Inject]
    private AuditFeed Feed { get; set; } = null!;

    [Inject]
    private SessionActivity Scopes { get; set; } = null!;

    [Inject]
    private SessionBoard Board { get; set; } = null!;

    [Inject]
    private ExposureFeed ExposureFeed { get; set; } = null!;

    [Inject]
    private ReaderZone Zone { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <summary>What the address asks for; what it misspells is left out, and the last 24 hours where it names no time.</summary>
    private AuditFilter Filter
    {
        get
        {
            var values = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["kind"] = Kind, ["action"] = Action, ["result"] = Result, ["person"] = Person, ["session"] = Session, ["port"] = Port,
                ["ip"] = Ip, ["q"] = Text, ["last"] = Last, ["after"] = After, ["before"] = Before,
            };
            var filter = AuditFilterText.Read(values.GetValueOrDefault, []);
            return filter is { Last: null, After: null } ? filter with { Last = TimeSpan.FromHours(24) } : filter;
        }
    }

    private string SpanName => Filter is { After: null, Before: null, Last: { } last } ? AuditFilterText.Spans.First(span => span.Value == last).Key : Chosen;

    private IReadOnlyList<PpOption<string>> SpanOptions =>
    [
        .. SpanWords.Select(span => new PpOption<string>(span.Key, span.Value)),
        .. SpanName == Chosen ? new[] { new PpOption<string>(Chosen, "Chosen time") } : [],
    ];

    protected override void OnInitialized()
    {
        Watch(Feed);
        Watch(ExposureFeed);
    }

    protected override async Task OnParametersSetAsync()
    {
        await base.OnParametersSetAsync();
        if (Reader is null)
        {
            (_scope, _entries, _lines) = (null, null, []);
            return;
        }

        var scope = await Scopes.ScopeAsync(Reader, CancellationToken.None);
        if (_loaded != Filter || _scope != scope)
        {
            _scope = scope;
            await LoadAsync();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && await Zone.AskAsync())
        {
            StateHasChanged();
        }
    }

    protected override void OnLive()
    {
        if (_entries is not null && _scope is { } scope)
        {
            var known = Math.Max(_entries.FirstOrDefault()?.Id ?? 0, _waiting.FirstOrDefault()?.Id ?? 0);
            var arrived = Log.Select(Feed.Items.Values.Where(entry => entry.Id > known), Filter, scope).OrderByDescending(entry => entry.Id).ToList();
            foreach (var entry in arrived)
            {
                _counts.Add(entry.At, entry.Result);
            }

            _waiting = [.. arrived, .. _waiting];
            if (!_held)
            {
                TakeWaiting();
            }
        }

        base.OnLive();
    }

    private string DayName(DateOnly day)
    {
        var today = Zone.DayOf(Time.GetUtcNow());
        return day == today ? "Today" : day == today.AddDays(-1) ? "Yesterday" : day.ToString("dddd", CultureInfo.InvariantCulture);
    }

    private static AuditFilter Similar(AuditEntry entry) => new()
    {
        Action = entry.Action,
        Session = entry.SessionId,
        Port = entry.Port,
        Ip = entry.SessionId is null ? entry.From : null,
        Last = TimeSpan.FromDays(7),
    };

    private async Task LoadAsync()
    {
        var (load, filter, scope, now) = (++_load, Filter, _scope!, Time.GetUtcNow());
        try
        {
            var counts = await Log.CountAsync(filter, scope, filter.Start(now) ?? now, filter.Before ?? now, Buckets, CancellationToken.None);
            var entries = await Log.ReadAsync(filter, scope, before: null, PageSize, CancellationToken.None);
            if (load == _load)
            {
                (_loaded, _counts, _entries, _waiting, _failed) = (filter, counts, [.. entries], [], false);
                (_more, _newestAtFirst) = (entries.Count == PageSize, entries.Count > 0 ? entries[0].Id : 0);
                _lines = ActivityLine.Fold(_entries);
            }
        }
        catch (Exception exception) when (exception is DbException or TimeoutException)
        {
            _failed = true;
        }
    }

    private async Task MoreAsync()
    {
        _reading = true;
        var (load, older) = (_load, await Log.ReadAsync(Filter, _scope!, _entries![^1].Id, PageSize, CancellationToken.None));
        _reading = false;
        if (load == _load)
        {
            _entries.AddRange(older);
            _more = older.Count == PageSize;
            _lines = ActivityLine.Fold(_entries);
        }
    }

    private void Release()
    {
        _held = false;
        TakeWaiting();
    }

    private void TakeWaiting()
    {
        if (_waiting.Count > 0)
        {
            _entries = [.. _waiting, .. _entries!];
            _waiting = [];
            _lines = ActivityLine.Fold(_entries);
        }
    }

    private void Toggle(long key)
    {
        if (!_open.Remove(key))
        {
            _open.Add(key);
        }
    }

    private PpState StateOf(AuditEntry entry) =>
        entry is { SessionId: { } session, Port: { } port } && ExposureFeed.Find(session, port) is { } exposure ? Signs.Of(exposure, Board.Traffic().Of(exposure)) : PpState.Gone;

    private void AskSpan(string span)
    {
        if (AuditFilterText.Spans.TryGetValue(span, out var last))
        {
            Ask(Filter with { Last = last, After = null, Before = null });
        }
    }

    private void AskTime((DateTimeOffset Start, DateTimeOffset End) chosen) => Ask(Filter with { Last = null, After = chosen.Start, Before = chosen.End });

    private void Ask(AuditFilter filter) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters("/activity", Values(filter)));

    private string ExportHref(string format) => Navigation.GetUriWithQueryParameters("/activity/export", Values(Filter).Append(new("format", format)).ToDictionary(StringComparer.Ordinal));

    private static Dictionary<string, object?> Values(AuditFilter filter) => AuditFilterText.Write(filter).ToDictionary(pair => pair.Key, pair => (object?)pair.Value, StringComparer.Ordinal);
}
