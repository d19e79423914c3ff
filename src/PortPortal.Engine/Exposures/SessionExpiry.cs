using Microsoft.Extensions.Logging;
using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures;

/// <summary>Ends the sessions whose time is over, and forgets those that ended more than a day ago.</summary>
internal sealed class SessionExpiry(SessionFeed sessions, SessionEnding ending, TimeProvider time, ILogger<SessionExpiry> logger) : PeriodicService(Interval, time, logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>What ran out while nobody was looking is ended before the edge opens.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RoundAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        foreach (var session in sessions.Items.Values.Where(session => session.EndedAt is null && session.ExpiresAt <= now))
        {
            await ending.EndAsync(session.Id, Actor.System, $"{session.Name} reached its end", cancellationToken);
        }

        sessions.Remove(sessions.Items.Values.Where(session => session.EndedAt < now - SessionFeed.EndedAreShown).Select(session => session.Id));
    }
}
