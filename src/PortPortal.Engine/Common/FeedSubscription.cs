using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace PortPortal.Engine.Common;

/// <summary>One reader of a <see cref="LiveFeed{T}"/>: where it began, and what changed since, at most every 100 ms.</summary>
/// <remarks>One reader at a time. Dispose it when done.</remarks>
public sealed class FeedSubscription<T> : IDisposable
    where T : class
{
    public static readonly TimeSpan BatchInterval = TimeSpan.FromMilliseconds(100);

    private readonly Func<T, string> _key;
    private readonly TimeProvider _time;
    private readonly Action<FeedSubscription<T>> _unsubscribe;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _pendingSignal = new(0, 1);
    private Dictionary<string, T?> _pending = new(StringComparer.Ordinal); // under _lock; null = removed

    internal FeedSubscription(ImmutableDictionary<string, T> snapshot, Func<T, string> key, TimeProvider time, Action<FeedSubscription<T>> unsubscribe)
    {
        (Snapshot, _key, _time, _unsubscribe) = (snapshot, key, time, unsubscribe);
    }

    public ImmutableDictionary<string, T> Snapshot { get; }

    /// <summary>Waits for a change, hands out all that gathered, then holds still for <see cref="BatchInterval"/>.</summary>
    public async IAsyncEnumerable<FeedBatch<T>> ChangesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            await _pendingSignal.WaitAsync(cancellationToken);
            yield return Take();
            await Task.Delay(BatchInterval, _time, cancellationToken);
        }
    }

    public void Dispose() => _unsubscribe(this);

    internal void Add(FeedBatch<T> batch)
    {
        lock (_lock)
        {
            foreach (var id in batch.Removals)
            {
                _pending[id] = null;
            }

            foreach (var item in batch.Upserts)
            {
                _pending[_key(item)] = item;
            }

            if (_pendingSignal.CurrentCount == 0)
            {
                _pendingSignal.Release();
            }
        }
    }

    private FeedBatch<T> Take()
    {
        Dictionary<string, T?> taken;
        lock (_lock)
        {
            (taken, _pending) = (_pending, new(StringComparer.Ordinal));
        }

        return new([.. taken.Values.OfType<T>()], [.. taken.Where(p => p.Value is null).Select(p => p.Key)]);
    }
}
