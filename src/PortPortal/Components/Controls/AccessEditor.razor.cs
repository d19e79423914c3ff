using Microsoft.AspNetCore.Components;
using PortPortal.Components.Kit;
using PortPortal.Components.Live;
using PortPortal.Engine.AllowLists;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Sessions;

namespace PortPortal.Components.Controls;

public partial class AccessEditor
{
    private IReadOnlyList<Refusal> _refusals = [];
    private IReadOnlyList<string> _emails = [];
    private IReadOnlyList<string> _people = [];
    private PpAccessMode _mode;
    private bool _busy;

    [Parameter, EditorRequired]
    public required string SessionId { get; set; }

    [Parameter, EditorRequired]
    public required PortRow Row { get; set; }

    [Parameter]
    public bool MayChange { get; set; }

    /// <summary>Saved or left.</summary>
    [Parameter]
    public EventCallback OnDone { get; set; }

    [Inject]
    private PortActs Acts { get; set; } = null!;

    [Inject]
    private ExposureFeed Exposures { get; set; } = null!;

    [Inject]
    private SessionFeed Sessions { get; set; } = null!;

    [Inject]
    private ProfileBook Profiles { get; set; } = null!;

    [Inject]
    private AllowListFeed Lists { get; set; } = null!;

    [Inject]
    private ExposurePins Pins { get; set; } = null!;

    [Inject]
    private WhoGetsIn WhoGetsIn { get; set; } = null!;

    [Inject]
    private CutForecast Forecast { get; set; } = null!;

    private ExposureStatus? Exposure => Exposures.Find(SessionId, Row.Port);

    private Profile Limits => Profiles.Of(Sessions.Find(SessionId)?.Profile);

    private IReadOnlyList<string> Suggestions => [.. Lists.Items.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Null until the port has one.</summary>
    private string? Pin => Exposure is { } exposure && MayChange ? Pins.Reveal(exposure) : null;

    private bool IsChanged => Exposure is { } exposure
        && (_mode != Row.Mode || !_emails.SequenceEqual(exposure.Access.AllowedEmails, StringComparer.Ordinal) || !_people.SequenceEqual(exposure.Access.AllowedPeople, StringComparer.Ordinal));

    private int Cut => Exposure is { } exposure ? Forecast.Of(exposure, Signs.Of(_mode), _emails, _people) : 0;

    private string Effect => (Cut, _mode, _emails.Count) switch
    {
        (> 0 and var people, _, _) => $"Disconnects {CountText.People(people)}.",
        (_, PpAccessMode.Email, 0) => "An empty list lets nobody in but you.",
        _ => "Not saved yet",
    };

    protected override void OnInitialized()
    {
        _mode = Row.Mode ?? PpAccessMode.Sso;
        (_emails, _people) = Exposure is { } exposure ? (exposure.Access.AllowedEmails, exposure.Access.AllowedPeople) : ([], []);
    }

    private int? RulesIn(string list) => Lists.Find(list)?.Entries.Count;

    private async Task SaveAsync()
    {
        _busy = true;
        _refusals = await Acts.ChangeAsync(SessionId, Row.Port, new() { Access = Signs.Wire(_mode), AllowedEmails = _emails, AllowedPeople = _people });
        _busy = false;
        // A port that just got a PIN shows it before the editor is left.
        if (_refusals.Count == 0 && _mode != PpAccessMode.Pin)
        {
            await OnDone.InvokeAsync();
        }
    }

    private async Task RotateAsync() => _refusals = await Acts.RotatePinAsync(SessionId, Row.Port);
}
