using Microsoft.AspNetCore.Components;
using PortPortal.Components.Kit;
using PortPortal.Components.Live;
using PortPortal.Engine.Access;
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
    private AccessPolicy? _read;
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

    private bool IsChanged => Exposure is { } exposure && Differs(exposure.Access);

    private int Cut => Exposure is { } exposure ? Forecast.Of(exposure, Signs.Of(_mode), _emails, _people) : 0;

    private string Effect => (Cut, _mode, _emails.Count) switch
    {
        (> 0 and var people, _, _) => $"Disconnects {CountText.People(people)}.",
        (_, PpAccessMode.Email, 0) => "An empty list lets nobody in but you.",
        _ => "Not saved yet",
    };

    /// <summary>What someone else saves meanwhile shows, unless something is staged here.</summary>
    protected override void OnParametersSet()
    {
        if (Exposure is { Access: var access } && (_read is null || (_read.Version != access.Version && !Differs(_read))))
        {
            _read = access;
            (_mode, _emails, _people) = (Signs.Of(access.Mode), access.AllowedEmails, access.AllowedPeople);
        }
    }

    private bool Differs(AccessPolicy policy) =>
        _mode != Signs.Of(policy.Mode) || !_emails.SequenceEqual(policy.AllowedEmails, StringComparer.Ordinal) || !_people.SequenceEqual(policy.AllowedPeople, StringComparer.Ordinal);

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
