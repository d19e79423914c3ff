using PortPortal.Engine.Common;

namespace PortPortal.Components.Live;

/// <summary>One page's reading of a feed: says that something changed, at most every 100 ms, and then reads the feed as it is.</summary>
internal sealed class LiveView<T> : IDisposable
    where T : class
{
    private readonly CancellationTokenSource _end = new();
    private readonly FeedSubscription<T> _subscription;

    /// <param name="changed">Called on no particular thread; one call at a time.</param>
    public LiveView(LiveFeed<T> feed, Func<Task> changed)
    {
        _subscription = feed.Subscribe();
        _ = ReadAsync(changed);
    }

    public void Dispose()
    {
        _end.Cancel();
        _subscription.Dispose();
        _end.Dispose();
    }

    private async Task ReadAsync(Func<Task> changed)
    {
        try
        {
            await foreach (var _ in _subscription.ChangesAsync(_end.Token))
            {
                await changed();
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The page is gone.
        }
    }
}
