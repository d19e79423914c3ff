using System.Globalization;
using Microsoft.AspNetCore.Components;
using PortPortal.Components.Kit;
using PortPortal.Components.Live;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;
using PortPortal.Engine.ShareLinks;

namespace PortPortal.Components.Pages;

/// <summary>Every share link the reader may see, by the time it has left.</summary>
public partial class ShareLinks
{
    private const string Many = "*";
    private const int MostPorts = 12;
    private const string Anyone = "";
    private static readonly TimeSpan Soon = TimeSpan.FromHours(1);
    private static readonly IReadOnlyList<PpOption<PpAccessMode?>> AccessOptions =
    [
        new(null, "Any access"),
        .. new[] { PpAccessMode.Sso, PpAccessMode.Email, PpAccessMode.Pin, PpAccessMode.Public, PpAccessMode.LinkOnly }.Select(mode => new PpOption<PpAccessMode?>(mode, mode.Word())),
    ];

    private readonly HashSet<string> _picked = new(StringComparer.Ordinal);
    private IReadOnlyList<LinkRow> _all = [];
    private IReadOnlyList<LinkRow> _shown = [];
    private IReadOnlyList<ExposureStatus> _ports = [];
    private TimeSpan _longest;
    private ExposureStatus? _sharing;
    private string? _revoking;
    private string _text = "";
    private LinkKind _kind;
    private PpAccessMode? _needs;
    private string _maker = Anyone;

    /// <summary>Which links are shown.</summary>
    private enum LinkKind
    {
        Active,
        Soon,
        Ended,
        All,
    }

    [SupplyParameterFromQuery(Name = "q")]
    private string? Text { get; set; }

    [SupplyParameterFromQuery(Name = "show")]
    private string? Show { get; set; }

    [SupplyParameterFromQuery(Name = "access")]
    private string? Access { get; set; }

    [SupplyParameterFromQuery(Name = "by")]
    private string? By { get; set; }

    [Inject]
    private ShareLinkFeed LinkFeed { get; set; } = null!;

    [Inject]
    private ExposureFeed ExposureFeed { get; set; } = null!;

    [Inject]
    private SessionFeed SessionFeed { get; set; } = null!;

    [Inject]
    private VisitorFeed VisitorFeed { get; set; } = null!;

    [Inject]
    private SessionService SessionService { get; set; } = null!;

    [Inject]
    private LiveLinks Live { get; set; } = null!;

    [Inject]
    private LinkBoard Board { get; set; } = null!;

    [Inject]
    private LinkActs Acts { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private List<LinkRow> Picked => [.. _shown.Where(row => _picked.Contains(row.Id))];

    private IReadOnlyList<PpOption<LinkKind>> Kinds =>
    [
        new(LinkKind.Active, "Active") { Count = _all.Count(row => row.Works) },
        new(LinkKind.Soon, "Expiring soon") { Count = _all.Count(EndsSoon) },
        new(LinkKind.Ended, "Ended") { Count = _all.Count(row => !row.Works) },
        new(LinkKind.All, "All"),
    ];

    private IReadOnlyList<PpOption<string>> Makers =>
    [
        new(Anyone, "Anyone"),
        .. _all.Select(row => row.CreatedBy).Append(_maker).Where(maker => maker != Anyone).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(maker => new PpOption<string>(maker, maker)),
    ];

    private RenderFragment PortItems => builder =>
    {
        foreach (var exposure in _ports)
        {
            builder.OpenComponent<PpMenuItem>(0);
            builder.SetKey(exposure.Id);
            builder.AddAttribute(1, nameof(PpMenuItem.OnClick), EventCallback.Factory.Create<Microsoft.AspNetCore.Components.Web.MouseEventArgs>(this, () => _sharing = exposure));
            builder.AddAttribute(2, nameof(PpMenuItem.ChildContent), (RenderFragment)(text => text.AddContent(0, string.Create(CultureInfo.InvariantCulture, $"{exposure.Port} of {exposure.SessionName}"))));
            builder.CloseComponent();
        }
    };

    protected override void OnInitialized()
    {
        Watch(LinkFeed);
        Watch(ExposureFeed);
        Watch(SessionFeed);
        Watch(VisitorFeed);
    }

    protected override async Task OnParametersSetAsync()
    {
        await base.OnParametersSetAsync();
        (_text, _kind) = (Text ?? "", Enum.TryParse<LinkKind>(Show, ignoreCase: true, out var kind) ? kind : LinkKind.All);
        (_needs, _maker) = (Enum.TryParse<PpAccessMode>(Access, ignoreCase: true, out var needs) ? needs : null, By ?? Anyone);
        Read();
    }

    protected override void OnLive()
    {
        Read();
        base.OnLive();
    }

    private static bool MayPick(LinkRow row) => row is { Works: true, MayChange: true };

    private bool EndsSoon(LinkRow row) => row.Works && row.ExpiresAt - Time.GetUtcNow() < Soon;

    private void Read()
    {
        if (Reader is not { } actor)
        {
            return;
        }

        _all = Board.Rows(actor);
        _shown = [.. _all.Where(Matches)];
        _picked.IntersectWith(_shown.Where(MayPick).Select(row => row.Id));
        _longest = _all.Where(row => _picked.Contains(row.Id)).Select(row => Live.ProfileOf(row.SessionId).MaxLinkLife).DefaultIfEmpty(TimeSpan.Zero).Min();
        _ports = [.. ExposureFeed.Items.Values
            .Where(exposure => SessionFeed.Find(exposure.SessionId) is { } session && SessionService.CheckMayChange(session, actor) is null)
            .OrderBy(exposure => exposure.SessionName, StringComparer.Ordinal)
            .ThenBy(exposure => exposure.Port)
            .Take(MostPorts)];
    }

    private bool Matches(LinkRow row)
    {
        var kind = _kind switch
        {
            LinkKind.Active => row.Works,
            LinkKind.Soon => EndsSoon(row),
            LinkKind.Ended => !row.Works,
            _ => true,
        };
        var text = _text.Trim();
        return kind && (_needs is null || row.Needs == _needs) && (_maker == Anyone || row.CreatedBy == _maker) && (text.Length == 0 || Has(row.Title) || Has(row.SessionName) || Has(row.CreatedBy) || row.Port.ToString(CultureInfo.InvariantCulture) == text);

        bool Has(string where) => where.Contains(text, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The filter takes effect at once, and lives in the URL.</summary>
    private void Filter(string text, LinkKind kind, PpAccessMode? needs, string maker)
    {
        (_text, _kind, _needs, _maker) = (text, kind, needs, maker);
        Read();
        Navigation.NavigateTo(
            Navigation.GetUriWithQueryParameters("/links", new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["q"] = text.Length > 0 ? text : null,
                ["show"] = kind == LinkKind.All ? null : kind.ToString().ToLowerInvariant(),
                ["access"] = needs?.ToString().ToLowerInvariant(),
                ["by"] = maker == Anyone ? null : maker,
            }),
            replace: true);
    }

    private void Pick(LinkRow row, bool on)
    {
        _ = on ? _picked.Add(row.Id) : _picked.Remove(row.Id);
        Read();
    }

    private void PickAll(bool on)
    {
        _picked.Clear();
        if (on)
        {
            _picked.UnionWith(_shown.Where(MayPick).Select(row => row.Id));
        }

        Read();
    }

    private async Task RevokeAsync(IReadOnlyCollection<LinkRow> rows)
    {
        _revoking = null;
        await Acts.RevokeAsync(rows);
    }
}
