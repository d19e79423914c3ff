using PortPortal.Auth;
using PortPortal.Components.Kit;
using PortPortal.Engine.AllowLists;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;

namespace PortPortal.Components.Live;

/// <summary>What admins do to allow-lists: asks the engine, and says in a toast what came of it.</summary>
internal sealed class AllowListActs(AllowListService lists, AllowListUse use, CurrentActor who, Toasts toasts)
{
    private static readonly Refusal SignedOut = new(401, RefusalCodes.SignInRequired, "You are signed out. Reload the page to sign in again.");

    public async Task<IReadOnlyList<Refusal>> AddAsync(string name, string note)
    {
        if (await who.FindAsync() is not { } actor)
        {
            return [SignedOut];
        }

        return (await lists.AddAsync(name, new() { Note = note, Entries = [] }, actor, [], CancellationToken.None)).Refusals;
    }

    /// <param name="said">What the toast says of it.</param>
    public async Task<IReadOnlyList<Refusal>> ChangeAsync(string name, AllowListRequest request, string said)
    {
        if (await who.FindAsync() is not { } actor)
        {
            return [SignedOut];
        }

        var outcome = await lists.ChangeAsync(name, request, actor, [], CancellationToken.None);
        if (outcome.Succeeded)
        {
            toasts.Show(PpState.Live, said, $"In force for every port that names {name}.");
        }

        return outcome.Refusals;
    }

    public async Task<bool> DeleteAsync(string name)
    {
        var outcome = await who.FindAsync() is { } actor ? await use.DeleteAsync(name, actor, CancellationToken.None) : SignedOut;
        if (outcome.Succeeded)
        {
            toasts.Show(PpState.Gone, $"The list {name} is deleted");
        }
        else
        {
            toasts.Show(PpState.Danger, $"The list {name} stays", outcome.Refusals[0].AsSentence());
        }

        return outcome.Succeeded;
    }
}
