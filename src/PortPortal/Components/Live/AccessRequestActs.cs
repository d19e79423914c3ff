using PortPortal.Auth;
using PortPortal.Components.Kit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures.AccessRequests;

namespace PortPortal.Components.Live;

/// <summary>An owner's answers to people who ask to come in.</summary>
internal sealed class AccessRequestActs(AccessRequestService requests, CurrentActor who, Toasts toasts)
{
    /// <param name="life">Null: for good.</param>
    public Task ApproveAsync(AccessRequestStatus request, TimeSpan? life) => AnswerAsync(
        actor => requests.ApproveAsync(request.Id, life, actor, [], CancellationToken.None),
        new(PpState.Live, $"{request.Email} may come in", life is { } time ? $"For {DurationText.Short(time)}." : "For good; take the rule away to end it."));

    public Task RefuseAsync(AccessRequestStatus request) => AnswerAsync(
        actor => requests.RefuseAsync(request.Id, actor, CancellationToken.None),
        new(PpState.Gone, $"{request.Email} stays out"));

    private async Task AnswerAsync(Func<Actor, Task<Outcome<AccessRequestStatus>>> act, Toast done)
    {
        var refusals = await who.FindAsync() is { } actor ? (await act(actor)).Refusals : [Refusal.NotFound("request")];
        toasts.Show(refusals.Count == 0 ? done : new(PpState.Danger, "Nothing was changed", refusals[0].AsSentence()));
    }
}
