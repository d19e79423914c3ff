using PortPortal.Auth;
using PortPortal.Components.Kit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;

namespace PortPortal.Components.Live;

/// <summary>What people do to sessions on any page.</summary>
internal sealed class SessionActs(SessionService sessions, SessionEnding ending, CurrentActor who, Toasts toasts, TimeProvider time)
{
    public static readonly TimeSpan Extension = TimeSpan.FromHours(2);

    private const string SignedOut = "You are signed out. Reload the page to sign in again.";

    public Task PauseAsync(string id, string name) =>
        TellAsync(actor => sessions.PauseAsync(id, actor, CancellationToken.None), $"{name} is paused", "Its URLs are closed, and come back unchanged when you resume.", PpState.Paused);

    public Task ResumeAsync(string id, string name) =>
        TellAsync(actor => sessions.ResumeAsync(id, actor, CancellationToken.None), $"{name} runs again", "Its URLs are as they were.", PpState.Live);

    /// <summary>Moves the end of a session out by <see cref="Extension"/>.</summary>
    public Task ExtendAsync(string id, string name, DateTimeOffset end) =>
        TellAsync(actor => sessions.ChangeAsync(id, new() { ExpiresAt = end + Extension }, actor, [], CancellationToken.None), $"{name} lives 2 h longer", "Its URLs stay as they are.", PpState.Live);

    /// <summary>Ends a session that long from now, or never where it is null.</summary>
    public Task MoveEndAsync(string id, string name, TimeSpan? life) => life is { } left
        ? TellAsync(actor => sessions.ChangeAsync(id, new() { ExpiresAt = time.GetUtcNow() + left }, actor, [], CancellationToken.None), $"{name} ends in {DurationText.Short(left)}", "Its URLs stay as they are until then, and are closed for good at its end.", PpState.Live)
        : TellAsync(actor => sessions.ChangeAsync(id, new() { NoEnd = true }, actor, [], CancellationToken.None), $"{name} has no end", "It stays until somebody terminates it.", PpState.Live);

    /// <summary>Ends a session for good; answers what stood in the way, or null.</summary>
    public async Task<string?> EndAsync(string id, string name)
    {
        if (await who.FindAsync() is not { } actor)
        {
            return SignedOut;
        }

        var outcome = await ending.EndAsync(id, actor, CancellationToken.None);
        if (!outcome.Succeeded)
        {
            return outcome.Refusals[0].AsSentence();
        }

        toasts.Show(PpState.Gone, $"{name} is terminated", "Its URLs are closed for good.");
        return null;
    }

    private async Task TellAsync(Func<Actor, Task<Outcome<SessionStatus>>> act, string done, string detail, PpState state)
    {
        if (await who.FindAsync() is not { } actor)
        {
            toasts.Show(PpState.Danger, "Nothing was changed", SignedOut);
            return;
        }

        var outcome = await act(actor);
        if (outcome.Succeeded)
        {
            toasts.Show(state, done, detail);
        }
        else
        {
            toasts.Show(PpState.Danger, "Nothing was changed", string.Join(" ", outcome.Refusals.Select(refusal => refusal.AsSentence())));
        }
    }
}
