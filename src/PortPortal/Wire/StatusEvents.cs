using System.Runtime.CompilerServices;
using System.Threading.Channels;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Sessions;
using PortPortal.Sdk;

namespace PortPortal.Wire;

/// <summary>The feeds of sessions, exposures, forwards and nodes as one stream of messages, cut to what one actor may see.</summary>
internal sealed class StatusEvents(SessionFeed sessions, ExposureFeed exposures, PortForwardFeed forwards, ForwardingFeed nodes, NodeFeed remote, SessionService service)
{
    /// <summary>First the whole picture, then every change, at most ten messages a second.</summary>
    /// <param name="actor">Asked anew for each message; the stream ends when it answers null.</param>
    public async IAsyncEnumerable<StatusEvent> ReadAsync(Func<Actor?> actor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var sessionChanges = sessions.Subscribe();
        using var exposureChanges = exposures.Subscribe();
        using var forwardChanges = forwards.Subscribe();
        using var nodeChanges = nodes.Subscribe();
        using var remoteChanges = remote.Subscribe();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var view = new StatusView(sessionChanges.Snapshot, exposureChanges.Snapshot, forwardChanges.Snapshot, nodeChanges.Snapshot);
        if (actor() is not { } first)
        {
            yield break;
        }

        yield return view.Whole(session => service.MaySee(session, first), first.IsAdmin) with { RemoteNodes = first.IsAdmin ? [.. remoteChanges.Snapshot.Values.Select(node => node.ToInfo())] : [] };

        var batches = Channel.CreateBounded<object>(1);
        var pumps = Task.WhenAll(
            PumpAsync(sessionChanges.ChangesAsync(ended.Token), batches.Writer, ended.Token),
            PumpAsync(exposureChanges.ChangesAsync(ended.Token), batches.Writer, ended.Token),
            PumpAsync(forwardChanges.ChangesAsync(ended.Token), batches.Writer, ended.Token),
            PumpAsync(nodeChanges.ChangesAsync(ended.Token), batches.Writer, ended.Token),
            PumpAsync(remoteChanges.ChangesAsync(ended.Token), batches.Writer, ended.Token));
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(cancellationToken))
            {
                if (actor() is not { } current)
                {
                    yield break;
                }

                if (view.Take(batch, session => service.MaySee(session, current), current.IsAdmin) is { } message)
                {
                    yield return message;
                }
            }
        }
        finally
        {
            await ended.CancelAsync();
            await pumps.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task PumpAsync<T>(IAsyncEnumerable<FeedBatch<T>> changes, ChannelWriter<object> batches, CancellationToken cancellationToken)
    {
        await foreach (var batch in changes.WithCancellation(cancellationToken))
        {
            await batches.WriteAsync(batch, cancellationToken);
        }
    }
}
