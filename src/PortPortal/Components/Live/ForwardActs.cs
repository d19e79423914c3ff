using PortPortal.Auth;
using PortPortal.Components.Kit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.PortForwards;

namespace PortPortal.Components.Live;

/// <summary>What people do to TCP forwards on any page: asks the engine, and says in a toast what came of it.</summary>
internal sealed class ForwardActs(PortForwardService forwards, ForwardingRepair repair, CurrentActor who, Toasts toasts)
{
    private static readonly Refusal SignedOut = new(401, RefusalCodes.SignInRequired, "You are signed out. Reload the page to sign in again.");

    /// <summary>Opens a forward; the refusals are the caller's to show.</summary>
    public async Task<IReadOnlyList<Refusal>> OpenAsync(string sessionId, PortForwardRequest request)
    {
        if (await who.FindAsync() is not { } actor)
        {
            return [SignedOut];
        }

        var outcome = await forwards.OpenAsync(sessionId, request, actor, new Faults(), CancellationToken.None);
        if (outcome.Succeeded)
        {
            toasts.Show(Told(outcome.Value));
        }

        return outcome.Refusals;
    }

    /// <summary>Changes a forward; the refusals are the caller's to show.</summary>
    public async Task<IReadOnlyList<Refusal>> ChangeAsync(string sessionId, ForwardRow forward, PortForwardChange change)
    {
        if (await who.FindAsync() is not { } actor)
        {
            return [SignedOut];
        }

        var outcome = await forwards.ChangeAsync(sessionId, forward.Id, change, actor, new Faults(), CancellationToken.None);
        if (outcome.Succeeded)
        {
            toasts.Show(outcome.Value.State == ExposureState.Failed
                ? new(PpState.Warn, $"{forward.Endpoint} is changed, and not in force yet", outcome.Value.Problem)
                : new(PpState.Live, $"{forward.Endpoint} is changed", change is { Sources: null, Knock: null } ? "Whoever is connected stays so." : "Whoever was connected is disconnected."));
        }

        return outcome.Refusals;
    }

    public async Task CloseAsync(string sessionId, ForwardRow forward)
    {
        var outcome = await who.FindAsync() is { } actor ? await forwards.CloseAsync(sessionId, forward.Id, actor, CancellationToken.None) : SignedOut;
        if (outcome.Succeeded)
        {
            toasts.Show(PpState.Gone, $"{forward.Endpoint} is closed", "Connections through it are cut. The number stays yours for a day.");
        }
        else
        {
            toasts.Show(PpState.Danger, $"{forward.Endpoint} stays as it is", outcome.Refusals[0].AsSentence());
        }
    }

    /// <summary>Compares and mends a node's forwards now.</summary>
    public async Task RepairAsync(string node)
    {
        var outcome = await who.FindAsync() is { } actor ? await repair.RunAsync(node, actor, CancellationToken.None) : SignedOut;
        if (!outcome.Succeeded)
        {
            toasts.Show(PpState.Danger, "Nothing was compared", outcome.Refusals[0].AsSentence());
            return;
        }

        var status = outcome.Value;
        toasts.Show(status.Fault is null
            ? new(PpState.Live, "Wanted and found agree", $"{CountText.Of(status.Found, "forward is", "forwards are")} in force.")
            : new(PpState.Danger, "The forwards still differ", status.Fault));
    }

    private static Toast Told(PortForwardStatus forward) => forward.State switch
    {
        ExposureState.Failed => new(PpState.Warn, $"Port {forward.GuestPort} is not forwarded yet", forward.Problem),
        _ => new(PpState.Live, $"Port {forward.GuestPort} is forwarded", $"{forward.Endpoint} leads to it. There is no login in front."),
    };
}
