using PortPortal.Auth;
using PortPortal.Components.Kit;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Components.Live;

/// <summary>What admins do to the identity provider; the refusals are the caller's to show.</summary>
internal sealed class ProviderActs(ProviderService provider, CurrentActor who, Toasts toasts)
{
    private static readonly Refusal SignedOut = new(401, RefusalCodes.SignInRequired, "You are signed out. Reload the page to sign in again.");

    /// <param name="endSignIns">Whoever came by the former provider is signed out.</param>
    public async Task<IReadOnlyList<Refusal>> SaveAsync(ProviderChange change, bool endSignIns)
    {
        var outcome = await who.FindAsync() is { } actor ? await provider.SaveAsync(change, endSignIns, actor, CancellationToken.None) : SignedOut;
        if (outcome is { Succeeded: true, Value: true })
        {
            toasts.Show(PpState.Live, $"People sign in through {new Uri(change.Issuer.Trim()).Host}", "In force from now on. Local accounts keep working.");
        }

        return outcome.Refusals;
    }

    /// <param name="endSignIns">Whoever came by it is signed out.</param>
    public async Task<IReadOnlyList<Refusal>> ClearAsync(bool endSignIns)
    {
        var outcome = await who.FindAsync() is { } actor ? await provider.ClearAsync(endSignIns, actor, CancellationToken.None) : SignedOut;
        if (outcome is { Succeeded: true, Value: true })
        {
            toasts.Show(PpState.Gone, "The identity provider is taken away", $"People sign in with local accounts. Whoever came by it {(endSignIns ? "is signed out" : "stays signed in")}.");
        }

        return outcome.Refusals;
    }
}
