using Microsoft.AspNetCore.Components;
using PortPortal.Components.Kit;
using PortPortal.Components.Live;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.Limits;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Sessions;

namespace PortPortal.Components.Pages;

/// <summary>The limits of sessions, by name, and the sessions that are close to one.</summary>
public partial class AccessProfiles
{
    private const double Near = 0.8;
    private Profile? _editing;
    private Use? _raising;

    [Inject]
    private ProfileBook Profiles { get; set; } = null!;

    [Inject]
    private LimitService Limits { get; set; } = null!;

    [Inject]
    private SessionFeed Sessions { get; set; } = null!;

    [Inject]
    private ExposureFeed Exposures { get; set; } = null!;

    [Inject]
    private SessionBoard Board { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    [Inject]
    private PortForwardFeed Forwards { get; set; } = null!;

    /// <summary>Sessions that use most of what they may, the fullest first.</summary>
    private List<Use> Close =>
    [
        .. from session in Sessions.Items.Values
           where session.EndedAt is null
           let limits = Profiles.Of(session.Profile)
           from use in new Use[] { new(session, false, Exposures.Of(session.Id).Count(), limits.MaxExposedPorts), new(session, true, Forwards.Of(session.Id).Count(), limits.MaxForwardedPorts) }
           where use.Used > 0 && use.Used >= use.Most * Near
           orderby (double)use.Used / Math.Max(use.Most, 1) descending, session.Name, use.Forwards
           select use,
    ];

    protected override void OnInitialized()
    {
        Watch(Sessions);
        Watch(Exposures);
        Watch(Forwards);
        Profiles.Changed += Reload;
    }

    protected override void Dispose(bool disposing)
    {
        Profiles.Changed -= Reload;
        base.Dispose(disposing);
    }

    private void Reload() => _ = InvokeAsync(StateHasChanged);

    private List<SessionStatus> SessionsOf(Profile profile) => [.. Sessions.Items.Values.Where(session => session.EndedAt is null && session.Profile == profile.Name)];

    private async Task DeleteAsync(Profile profile)
    {
        if (await Who.FindAsync() is not { } actor)
        {
            return;
        }

        var outcome = await Limits.DeleteProfileAsync(profile.Name, actor, CancellationToken.None);
        if (outcome.Succeeded)
        {
            Toasts.Show(PpState.Gone, $"The profile {profile.Name} is deleted");
        }
        else
        {
            Toasts.Show(PpState.Danger, $"The profile {profile.Name} stays", outcome.Refusals[0].AsSentence());
        }
    }

    /// <summary>How much of one limit a session uses.</summary>
    private sealed record Use(SessionStatus Session, bool Forwards, int Used, int Most)
    {
        public bool IsFull => Used >= Most;
    }
}
