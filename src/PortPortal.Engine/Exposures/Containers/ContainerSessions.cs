using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions;
using PortPortal.Engine.Sessions.Containers;

namespace PortPortal.Engine.Exposures.Containers;

/// <summary>Makes the containers of this machine sessions: each one while it exists, in the state its engine says, with the ports that listen inside.</summary>
/// <remarks>An engine that falls silent says nothing about its containers: their sessions stay as they were, marked as unknown since then.</remarks>
internal sealed partial class ContainerSessions(
    ContainerWatch containers,
    ContainerListenersWatch listeners,
    ContainerAdoption adoption,
    SessionEnding ending,
    SessionFeed sessions,
    TimeProvider time,
    ILogger<ContainerSessions> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(FollowContainersAsync(stoppingToken), FollowListenersAsync(stoppingToken));

    private async Task FollowContainersAsync(CancellationToken cancellationToken)
    {
        await foreach (var sight in containers.SightsAsync(cancellationToken))
        {
            try
            {
                await TakeAsync(sight, cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // What changed is seen again with the next sight, a few seconds later at the latest.
                Log.NotTaken(logger, exception);
            }
        }
    }

    private async Task TakeAsync(ContainersSight sight, CancellationToken cancellationToken)
    {
        if (sight.Problem is { } problem)
        {
            MarkUnknown(problem);
            return;
        }

        foreach (var container in sight.Containers)
        {
            await adoption.TakeAsync(container, cancellationToken);
        }

        // Its ports may have been seen before it was a session, and are not told twice.
        Carry(listeners.Current);

        var existing = sight.Containers.Select(container => container.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var session in sessions.Items.Values.Where(session => session is { ContainerId: { } id, EndedAt: null } && !existing.Contains(id)))
        {
            await ending.EndAsync(session.Id, Actor.System, $"The container of {session.Name} was removed", cancellationToken);
        }
    }

    private void MarkUnknown(string problem)
    {
        var now = time.GetUtcNow();
        sessions.UpdateWhere(
            session => session is { ContainerId: not null, EndedAt: null },
            session => session with { Problem = problem, ProblemSince = session.ProblemSince ?? now });
    }

    private async Task FollowListenersAsync(CancellationToken cancellationToken)
    {
        await foreach (var seen in listeners.SightsAsync(cancellationToken))
        {
            Carry(seen);
        }
    }

    private void Carry(IEnumerable<ContainerListeners> seen)
    {
        foreach (var inside in seen)
        {
            sessions.UpdateWhere(
                session => session.ContainerId == inside.Container.Id && session.EndedAt is null,
                session => session with { Listening = ContainerPorts.Of(inside) });
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "What was seen of the containers could not be taken over; it is tried again.")]
        public static partial void NotTaken(ILogger logger, Exception exception);
    }
}
