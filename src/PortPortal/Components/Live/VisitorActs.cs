using PortPortal.Auth;
using PortPortal.Components.Kit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Revocations;

namespace PortPortal.Components.Live;

/// <summary>Sends visitors away, keeps them out and lets them back.</summary>
internal sealed class VisitorActs(VisitorService visitors, RevocationService revocations, CurrentActor who, TimeProvider time, Toasts toasts)
{
    private static readonly Refusal SignedOut = new(401, RefusalCodes.SignInRequired, "You are signed out. Reload the page to sign in again.");

    public async Task DisconnectAsync(Farewell farewell)
    {
        var (visitor, stay) = farewell;
        if (await ActorAsync() is not { } actor)
        {
            return;
        }

        var keepOut = stay.KeepsOut ? new KeepOut(time.GetUtcNow() + stay.For) : null;
        var done = await visitors.DisconnectAsync(visitor.SessionId, visitor.Port, visitor.Id, keepOut, actor, new Faults(), CancellationToken.None);
        if (done.Succeeded)
        {
            toasts.Show(PpState.Gone, $"{visitor.Name} is disconnected", stay.KeepsOut ? "They are not let in again." : null);
        }
        else if (done.Refusals is [{ Code: RefusalCodes.NotFound }])
        {
            toasts.Show(PpState.Gone, $"{visitor.Name} had left already");
        }
        else
        {
            Tell(done.Refusals);
        }
    }

    public async Task DisconnectAllAsync(IReadOnlyCollection<VisitorRow> all)
    {
        if (await ActorAsync() is not { } actor)
        {
            return;
        }

        var people = 0;
        foreach (var (sessionId, port) in all.Select(visitor => (visitor.SessionId, visitor.Port)).Distinct())
        {
            var done = await visitors.DisconnectAllAsync(sessionId, port, actor, CancellationToken.None);
            if (!done.Succeeded)
            {
                Tell(done.Refusals);
                return;
            }

            people += done.Value;
        }

        toasts.Show(PpState.Gone, $"{CountText.People(people)} disconnected");
    }

    public async Task LetBackAsync(KeptOutRow person)
    {
        if (await ActorAsync() is not { } actor)
        {
            return;
        }

        var done = await revocations.LetBackAsync(person.SessionId, person.Port, person.Id, actor, CancellationToken.None);
        if (done.Succeeded)
        {
            toasts.Show(PpState.Live, $"{person.Name} may come again", "As far as the port lets them in.");
        }
        else
        {
            Tell(done.Refusals);
        }
    }

    private async Task<Actor?> ActorAsync()
    {
        var actor = await who.FindAsync();
        if (actor is null)
        {
            Tell([SignedOut]);
        }

        return actor;
    }

    private void Tell(IReadOnlyList<Refusal> refusals) =>
        toasts.Show(PpState.Danger, "Nothing was changed", string.Join(" ", refusals.Select(refusal => refusal.AsSentence())));
}

/// <summary>Someone to disconnect, and what holds for them afterwards.</summary>
public sealed record Farewell(VisitorRow Visitor, StayAway Stay);

/// <summary>Whether somebody may come back.</summary>
/// <param name="For">Null: until it is lifted.</param>
public readonly record struct StayAway(bool KeepsOut, TimeSpan? For);
