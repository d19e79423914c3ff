using PortPortal.Auth;
using PortPortal.Components.Kit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;

namespace PortPortal.Components.Live;

/// <summary>Sends visitors away, one or all of them.</summary>
internal sealed class VisitorActs(EdgeConnections connections, ExposureFeed exposures, SessionService sessions, SessionFeed sessionFeed, CurrentActor who, Toasts toasts)
{
    public async Task DisconnectAsync(VisitorRow visitor)
    {
        if (!await MayAsync(visitor.ExposureId))
        {
            return;
        }

        var was = connections.Disconnect(visitor.ExposureId, visitor.Id);
        toasts.Show(PpState.Gone, was ? $"{visitor.Name} is disconnected" : $"{visitor.Name} had left already");
    }

    public async Task DisconnectAllAsync(IReadOnlyCollection<VisitorRow> visitors)
    {
        var people = 0;
        foreach (var exposureId in visitors.Select(visitor => visitor.ExposureId).Distinct(StringComparer.Ordinal))
        {
            people += await MayAsync(exposureId) ? connections.DisconnectAll(exposureId) : 0;
        }

        toasts.Show(PpState.Gone, $"{CountText.People(people)} disconnected");
    }

    private async Task<bool> MayAsync(string exposureId)
    {
        var actor = await who.FindAsync();
        var session = exposures.Find(exposureId) is { } exposure ? sessionFeed.Find(exposure.SessionId) : null;
        var refusal = actor is null || session is null ? Refusal.NotFound("port") : sessions.CheckMayChange(session, actor);
        if (refusal is not null)
        {
            toasts.Show(PpState.Danger, "Nobody was disconnected", refusal.Detail);
        }

        return refusal is null;
    }
}
