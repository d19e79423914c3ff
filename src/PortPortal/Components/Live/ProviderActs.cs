using PortPortal.Auth;
using PortPortal.Components.Kit;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Components.Live;

/// <summary>What admins do to the identity provider; the refusals are the caller's to show.</summary>
internal sealed class ProviderActs(ProviderService provider, CurrentActor who, Toasts toasts)
{
    private static readonly Refusal SignedOut = new(401, RefusalCodes.SignInRequired, "You are signed out. Reload the page to sign in again.");

    public async Task<IReadOnlyList<Refusal>> SaveAsync(ProviderChange change)
    {
        var outcome = await who.FindAsync() is { } actor ? await provider.SaveAsync(change, actor, CancellationToken.None) : SignedOut;
        if (outcome is { Succeeded: true, Value: true })
        {
            toasts.Show(PpState.Live, $"People sign in through {new Uri(change.Issuer.Trim()).Host}", "In force from now on. Local accounts keep working.");
        }

        return outcome.Refusals;
    }

    public async Task<IReadOnlyList<Refusal>> ClearAsync()
    {
        var outcome = await who.FindAsync() is { } actor ? await provider.ClearAsync(actor, CancellationToken.None) : SignedOut;
        if (outcome is { Succeeded: true, Value: true })
        {
            toasts.Show(PpState.Gone, "The identity provider is taken away", "People sign in with local accounts. Whoever is signed in stays so.");
        }

        return outcome.Refusals;
    }
}
