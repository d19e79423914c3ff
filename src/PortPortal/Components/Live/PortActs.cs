using PortPortal.Auth;
using PortPortal.Components.Kit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;

namespace PortPortal.Components.Live;

/// <summary>What people do to ports on any page: asks the engine, and says in a toast what came of it.</summary>
internal sealed class PortActs(ExposureService exposures, CurrentActor who, Toasts toasts)
{
    private static readonly Refusal SignedOut = new(401, RefusalCodes.SignInRequired, "You are signed out. Reload the page to sign in again.");

    /// <summary>Opens a port; the refusals are the caller's to show where <paramref name="quiet"/>.</summary>
    public async Task<IReadOnlyList<Refusal>> ExposeAsync(string sessionId, ExposeRequest request, bool quiet = false)
    {
        if (await who.FindAsync() is not { } actor)
        {
            return Tell([SignedOut], request.Port, quiet);
        }

        var outcome = await exposures.ExposeAsync(sessionId, request, actor, new Faults(), CancellationToken.None);
        if (!outcome.Succeeded)
        {
            return Tell(outcome.Refusals, request.Port, quiet);
        }

        var exposure = outcome.Value.Exposure;
        toasts.Show(new(PpState.Live, $"Port {exposure.Port} is exposed", WhoMayCome(exposure))
        {
            Action = "Undo",
            OnAction = () => CloseAsync(sessionId, exposure.Port, undoable: false),
        });
        return [];
    }

    public async Task CloseAsync(string sessionId, int port, ExposureStatus? before = null, bool undoable = true)
    {
        if (await who.FindAsync() is not { } actor)
        {
            Tell([SignedOut], port, quiet: false);
            return;
        }

        var outcome = await exposures.CloseAsync(sessionId, port, actor, CancellationToken.None);
        if (!outcome.Succeeded)
        {
            Tell(outcome.Refusals, port, quiet: false);
            return;
        }

        toasts.Show(new(PpState.Gone, $"Port {port} is closed", "Its URL leads nowhere now.")
        {
            Action = undoable && before is not null ? "Undo" : null,
            OnAction = before is null ? null : () => ExposeAsync(sessionId, Again(before)),
        });
    }

    public async Task<IReadOnlyList<Refusal>> ChangeAsync(string sessionId, int port, ExposureChange change)
    {
        if (await who.FindAsync() is not { } actor)
        {
            return [SignedOut];
        }

        var outcome = await exposures.ChangeAsync(sessionId, port, change, actor, new Faults(), CancellationToken.None);
        if (outcome.Succeeded)
        {
            toasts.Show(PpState.Live, $"Port {port} changed", WhoMayCome(outcome.Value));
        }

        return outcome.Refusals;
    }

    public async Task<IReadOnlyList<Refusal>> RotatePinAsync(string sessionId, int port)
    {
        if (await who.FindAsync() is not { } actor)
        {
            return [SignedOut];
        }

        var outcome = await exposures.RotatePinAsync(sessionId, port, actor, CancellationToken.None);
        if (outcome.Succeeded)
        {
            toasts.Show(PpState.Live, $"Port {port} has a new PIN", "The old one opens nothing any more.");
        }

        return outcome.Refusals;
    }

    private static ExposeRequest Again(ExposureStatus before) => new()
    {
        Port = before.Port,
        Protocol = before.Protocol == UpstreamProtocol.Https ? "https" : "http",
        Label = before.Label,
        Name = before.Name,
        Access = Signs.Wire(Signs.Of(before.Access.Mode)),
        AllowedEmails = before.Access.AllowedEmails,
        AllowedPeople = before.Access.AllowedPeople,
        ExpiresAt = before.ExpiresAt,
    };

    private static string WhoMayCome(ExposureStatus exposure) => Signs.Of(exposure.Access.Mode) switch
    {
        PpAccessMode.Sso => "Open to people who sign in.",
        PpAccessMode.Email => "Open to the addresses on its list.",
        PpAccessMode.Pin => "Open to who knows its PIN.",
        _ => "Open to anyone with the URL.",
    };

    private IReadOnlyList<Refusal> Tell(IReadOnlyList<Refusal> refusals, int port, bool quiet)
    {
        if (!quiet)
        {
            toasts.Show(PpState.Danger, $"Port {port} stays as it is", string.Join(" ", refusals.Select(refusal => refusal.AsSentence())));
        }

        return refusals;
    }
}
