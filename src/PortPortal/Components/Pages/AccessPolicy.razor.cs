using Microsoft.AspNetCore.Components;
using PortPortal.Components.Kit;
using PortPortal.Components.Live;
using PortPortal.Engine.Access;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.Limits;
using PortPortal.Engine.Profiles;

namespace PortPortal.Components.Pages;

/// <summary>What no profile may go beyond; staged, so that its effect on ports, owners and people is read before it happens.</summary>
public partial class AccessPolicy
{
    private static readonly PpAccessMode[] Modes = [PpAccessMode.Sso, PpAccessMode.Email, PpAccessMode.Pin, PpAccessMode.Public];

    private IReadOnlyList<Refusal> _refusals = [];
    private PortalPolicy _saved = new();
    private PortalPolicy _draft = new();
    private bool _showing;
    private bool _busy;

    [Inject]
    private ProfileBook Profiles { get; set; } = null!;

    [Inject]
    private LimitService Limits { get; set; } = null!;

    [Inject]
    private CutForecast Forecast { get; set; } = null!;

    [Inject]
    private ExposureFeed Exposures { get; set; } = null!;

    [Inject]
    private VisitorFeed Visitors { get; set; } = null!;

    [Inject]
    private SessionBoard Board { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    private IReadOnlyList<PpOption<PpAccessMode>> Defaults =>
    [
        .. Modes.Where(mode => mode != PpAccessMode.Public)
            .Select(mode => new PpOption<PpAccessMode>(mode, mode.Word()) { Icon = mode.Icon(), Disabled = Signs.Of(mode) > _draft.WidestAccess }),
    ];

    private IReadOnlyList<Downgrade> Affected => Limits.Foresee(_draft);

    private List<string> Changes =>
    [
        .. new[]
        {
            _draft.WidestAccess == _saved.WidestAccess ? null : $"{Signs.Of(_draft.WidestAccess).Word()} is the widest mode",
            _draft.DefaultAccess == _saved.DefaultAccess ? null : $"new ports start with {Signs.Of(_draft.DefaultAccess).Word()}",
            _draft.MaxLinkLife == _saved.MaxLinkLife ? null : $"links live {DurationText.Short(_draft.MaxLinkLife)} at most",
            _draft.BearerLinks == _saved.BearerLinks ? null : _draft.BearerLinks ? "links without login where profiles allow them" : "every link asks for a login",
        }.OfType<string>(),
    ];

    private string Effect
    {
        get
        {
            var affected = Affected;
            if (affected.Count == 0)
            {
                return "No open port is affected.";
            }

            var owners = affected.Select(downgrade => downgrade.Exposure.OwnerId).Distinct(StringComparer.Ordinal).Select(Board.OwnerName).Order(StringComparer.Ordinal).ToList();
            var whose = owners.Count <= 3 ? string.Join(", ", owners) : $"{owners.Count} owners";
            var people = Forecast.Of(affected.Select(downgrade => downgrade.Exposure));
            var cut = people == 0 ? "nobody is connected there" : $"{CountText.People(people)} {(people == 1 ? "is" : "are")} disconnected";
            return $"{CountText.Of(affected.Count, "open port of", "open ports of")} {whose} {(affected.Count == 1 ? "is" : "are")} narrowed, {cut}.";
        }
    }

    protected override void OnInitialized()
    {
        _saved = _draft = Profiles.Policy;
        Watch(Exposures);
        Watch(Visitors);
        Profiles.Changed += Reload;
    }

    protected override void Dispose(bool disposing)
    {
        Profiles.Changed -= Reload;
        base.Dispose(disposing);
    }

    private static string Words(PpAccessMode mode) => mode switch
    {
        PpAccessMode.Sso => "People who sign in here. Always on.",
        PpAccessMode.Email => "Address on a list, confirmed by a mailed code.",
        PpAccessMode.Pin => "Six digits, 5 tries, then a 5-minute break.",
        _ => "No check: anyone with the URL.",
    };

    /// <remarks>Modes are ordered from narrow to wide: one that is on has all narrower ones on with it.</remarks>
    private void Widen(PpAccessMode mode, bool on)
    {
        var widest = on ? Signs.Of(mode) : Signs.Of(mode) - 1;
        _draft = _draft with { WidestAccess = widest, DefaultAccess = AccessWord.Narrower(_draft.DefaultAccess, widest) };
    }

    private void Discard() => (_draft, _refusals) = (_saved, []);

    /// <summary>Someone else saved: what is not changed here follows.</summary>
    private void Reload() => _ = InvokeAsync(() =>
    {
        _draft = _draft == _saved ? Profiles.Policy : _draft;
        _saved = Profiles.Policy;
        StateHasChanged();
    });

    private async Task SaveAsync()
    {
        if (await Who.FindAsync() is not { } actor)
        {
            return;
        }

        _busy = true;
        var narrows = Affected.Count > 0;
        var outcome = await Limits.SetPolicyAsync(
            new()
            {
                WidestAccess = AccessWord.Of(_draft.WidestAccess),
                DefaultAccess = AccessWord.Of(_draft.DefaultAccess),
                MaxLinkTtlSeconds = (int)_draft.MaxLinkLife.TotalSeconds,
                BearerLinks = _draft.BearerLinks,
            },
            actor,
            [],
            CancellationToken.None);
        (_busy, _showing, _refusals) = (false, false, outcome.Refusals);
        if (outcome.Succeeded)
        {
            _saved = _draft = outcome.Value;
            Toasts.Show(PpState.Live, "The policy is in force", narrows ? "Owners of narrowed ports see a notice." : null);
        }
    }
}
