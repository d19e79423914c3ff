using System.Globalization;
using Microsoft.AspNetCore.Components;
using PortPortal.Components.Kit;
using PortPortal.Components.Live;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Sessions;
using PortPortal.Engine.ShareLinks;

namespace PortPortal.Components.Dialogs;

/// <summary>Makes share links to one port, and shows those there are.</summary>
public partial class ShareDialog
{
    private static readonly IReadOnlyList<PpOption<TimeSpan>> Units = [new(TimeSpan.FromMinutes(1), "minutes"), new(TimeSpan.FromHours(1), "hours"), new(TimeSpan.FromDays(1), "days")];

    private static readonly IReadOnlyList<PpOption<int?>> Numbers = [new(null, "Any number of times"), new(1, "Once"), new(5, "5 times"), new(25, "25 times")];

    private ExposureStatus _exposure = null!;
    private Profile _profile = null!;
    private PpState _state;
    private IReadOnlyList<LinkRow> _rows = [];
    private IReadOnlyList<PpOption<TimeSpan?>> _lives = [];
    private IReadOnlyList<Refusal> _refusals = [];
    private ShareLinkResult? _made;
    private Uri? _url;
    private DateTimeOffset _expiresAt;
    private string _label = "";
    private string _path = "";
    private string _amount = "2";
    private TimeSpan _unit = Units[1].Value;
    private TimeSpan? _preset;
    private int? _most;
    private bool _bearer;
    private bool _busy;
    private string? _revoking;

    /// <summary>The exposed port; it stays shown as it was once it is closed.</summary>
    [Parameter]
    [EditorRequired]
    public required ExposureStatus Exposure { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    [Inject]
    private ShareLinkFeed LinkFeed { get; set; } = null!;

    [Inject]
    private ExposureFeed ExposureFeed { get; set; } = null!;

    [Inject]
    private SessionFeed SessionFeed { get; set; } = null!;

    [Inject]
    private VisitorFeed VisitorFeed { get; set; } = null!;

    [Inject]
    private LiveLinks Live { get; set; } = null!;

    [Inject]
    private LinkBoard Board { get; set; } = null!;

    [Inject]
    private SessionBoard Sessions { get; set; } = null!;

    [Inject]
    private ShareLinkService Links { get; set; } = null!;

    [Inject]
    private LinkActs Acts { get; set; } = null!;

    private string Subtitle => _exposure.Label is { Length: > 0 } label ? $"{label} on {_exposure.SessionName}" : $"on {_exposure.SessionName}";

    private PpAccessMode Mode => Signs.Of(_exposure.Access.Mode);

    private IReadOnlyList<PpOption<bool>> Proofs =>
    [
        new(false, "The port’s own check") { Title = Mode == PpAccessMode.Public ? "None: this port is open to everyone." : $"{Mode.Word()}. Safe to forward." },
        new(true, "Nothing, the link is the key")
        {
            Disabled = !ShareLinkRules.MayAdmit(_profile),
            Title = ShareLinkRules.MayAdmit(_profile) ? "Anyone who has it gets in." : $"Not allowed by the profile “{_profile.Name}”.",
        },
    ];

    /// <summary>How long the link that is about to be made works; null where the text is no number.</summary>
    private TimeSpan? Life => _preset ?? (int.TryParse(_amount, NumberStyles.None, CultureInfo.InvariantCulture, out var amount) ? amount * _unit : null);

    private string UntilWords
    {
        get
        {
            if (Life is not { } life || life > _profile.MaxLinkLife)
            {
                return $"{DurationText.Short(ShareLinkRules.ShortestLife)} to {DurationText.Short(_profile.MaxLinkLife)}.";
            }

            var now = Time.GetUtcNow();
            var until = now + life;
            var end = Live.Earliest(until, _exposure);
            return end < until ? $"Until {LinkLife.Moment(end, now)}, when the {(_exposure.ExpiresAt == end ? "port closes" : "session ends")}." : $"Until {LinkLife.Moment(until, now)}.";
        }
    }

    private string Note
    {
        get
        {
            if (_made is null)
            {
                return "";
            }

            var who = _made.Link.MaxUses is { } most ? $"{CountText.People(most)} can open it." : "Any number of people can open it.";
            return (_made.Link.Bearer, Mode) switch
            {
                (true, _) or (_, PpAccessMode.Public) => $"{who} Nothing else is asked.",
                (_, PpAccessMode.Email) => $"{who} They prove their e-mail first.",
                (_, PpAccessMode.Pin) => $"{who} They enter the PIN first.",
                _ => $"{who} They sign in first.",
            };
        }
    }

    protected override void OnInitialized()
    {
        _exposure = Exposure;
        _profile = Live.ProfileOf(_exposure.SessionId);
        _lives = LinkLife.Options(_profile.MaxLinkLife);
        _preset = _lives.LastOrDefault(option => option.Value <= _profile.DefaultLinkLife && !option.Disabled)?.Value;
        Watch(LinkFeed);
        Watch(ExposureFeed);
        Watch(SessionFeed);
        Watch(VisitorFeed);
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

    private static string LinkTitle(ShareLinkStatus link) => LinkRow.Name(link);

    private void Read()
    {
        _exposure = ExposureFeed.Find(Exposure.Id) ?? _exposure;
        _state = Signs.Of(_exposure, Sessions.Traffic().Of(_exposure));
        _rows = Reader is null ? [] : Board.RowsOf(Exposure.Id, Reader);
    }

    private async Task CreateAsync()
    {
        if (Life is not { } life)
        {
            _refusals = [Refusal.Invalid("ttlSeconds", "the time is a whole number.")];
            return;
        }

        _busy = true;
        var made = await Acts.CreateAsync(_exposure.SessionId, _exposure.Port, new()
        {
            TtlSeconds = (long)life.TotalSeconds,
            Label = _label.Trim() is { Length: > 0 } label ? label : null,
            Path = _path.Trim() is { Length: > 0 } path ? path : null,
            MaxUses = _most,
            Bearer = _bearer,
        });
        _busy = false;
        _refusals = made.Refusals;
        if (made.Succeeded)
        {
            (_made, _url, _expiresAt) = (made.Value, Links.UrlOf(made.Value.Token), Live.ExpiryOf(made.Value.Link));
        }

        Read();
    }

    private async Task RevokeAsync(LinkRow row)
    {
        _revoking = null;
        await Acts.RevokeAsync([row]);
        if (row.Id == _made?.Link.Id)
        {
            (_made, _url) = (null, null);
        }
    }

    private string? FaultOf(string field) => _refusals.FirstOrDefault(refusal => refusal.Field == field)?.AsSentence();
}
