using PortPortal.Auth;
using PortPortal.Components.Kit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures.Remote;
using PortPortal.Engine.Nodes;

namespace PortPortal.Components.Live;

/// <summary>What admins do to other machines: asks the engine, and says in a toast what came of it.</summary>
internal sealed class NodeActs(NodeInvitations invitations, NodeService nodes, NodeRemoval removal, NodeRepair repair, TunnelKeyRenewal keys, CurrentActor who, Toasts toasts)
{
    private static readonly Refusal SignedOut = new(401, RefusalCodes.SignInRequired, "You are signed out. Reload the page to sign in again.");

    /// <summary>Announces a machine; the refusals are the caller's to show.</summary>
    public async Task<Outcome<NodeInvitation>> InviteAsync(string name, string? host, TimeSpan tokenLife) =>
        await who.FindAsync() is { } actor ? await invitations.InviteAsync(new(name, host, tokenLife), actor, [], CancellationToken.None) : SignedOut;

    public async Task DrainAsync(string id, string name, bool drain)
    {
        var outcome = await who.FindAsync() is { } actor ? await nodes.DrainAsync(id, drain, actor, CancellationToken.None) : SignedOut;
        if (!outcome.Succeeded)
        {
            toasts.Show(PpState.Danger, "Nothing was changed", outcome.Refusals[0].AsSentence());
        }
        else if (drain)
        {
            toasts.Show(PpState.Paused, $"{name} takes no new sessions", "Those that are there go on.");
        }
        else
        {
            toasts.Show(PpState.Live, $"{name} takes new sessions again", "Those that are there went on all the while.");
        }
    }

    public async Task RemoveAsync(string id, string name)
    {
        var outcome = await who.FindAsync() is { } actor ? await removal.RemoveAsync(id, actor, CancellationToken.None) : SignedOut;
        if (outcome.Succeeded)
        {
            toasts.Show(PpState.Gone, $"{name} is removed", $"{CountText.Of(outcome.Value, "session has", "sessions have")} ended with it. Its key opens nothing any more.");
        }
        else
        {
            toasts.Show(PpState.Danger, $"{name} stays", outcome.Refusals[0].AsSentence());
        }
    }

    /// <summary>Has the machine change the key of its tunnel now.</summary>
    public async Task RenewKeyAsync(string id, string name)
    {
        var refusal = await who.FindAsync() is { } actor ? await keys.RunAsync(id, actor, CancellationToken.None) : SignedOut;
        if (refusal is null)
        {
            toasts.Show(PpState.Live, $"{name} has a new tunnel key", "What was open through the tunnel went on.");
        }
        else
        {
            toasts.Show(PpState.Danger, "The key stays as it is", refusal.AsSentence());
        }
    }

    /// <summary>Has the machine compare and mend its forwards now.</summary>
    public async Task RepairAsync(string id, string name)
    {
        var outcome = await who.FindAsync() is { } actor ? await repair.RunAsync(id, actor, CancellationToken.None) : SignedOut;
        if (outcome.Succeeded)
        {
            toasts.Show(PpState.Live, $"{name} has compared its forwards", "What differed and could be mended is mended.");
        }
        else
        {
            toasts.Show(PpState.Danger, "Nothing was compared", outcome.Refusals[0].AsSentence());
        }
    }
}
