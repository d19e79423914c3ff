using System.Collections.Immutable;

namespace PortPortal.Engine.Common;

/// <summary>What is true now, and every change of it: one snapshot that readers share, swapped whole.</summary>
/// <remarks>
/// The producer never waits for a reader. A reader that falls behind gets the latest of each item, not its history.
/// The shape follows Aspire's dashboard client: snapshot plus changes, taken in one step under one lock.
/// </remarks>
public abstract class LiveFeed<T>(Func<T, string> key, TimeProvider time) : ILiveSource
    where T : class
{
    private readonly Lock _lock = new();
    private ImmutableArray<FeedSubscription<T>> _subscribers = []; // under _lock
    private volatile ImmutableDictionary<string, T> _items = ImmutableDictionary.Create<string, T>(StringComparer.Ordinal);

    /// <summary>Raised inside <see cref="Publish"/>, before it returns: for what must be in force at once, such as routes.</summary>
    public event Action<FeedBatch<T>>? Publishing;

    /// <inheritdoc/>
    public event Action? Changed;

    public ImmutableDictionary<string, T> Items => _items;

    /// <summary>Whether anybody follows the changes; for what is costly to find out.</summary>
    public bool HasReaders
    {
        get
        {
            lock (_lock)
            {
                return !_subscribers.IsEmpty || Changed is not null;
            }
        }
    }

    public T? Find(string id) => _items.GetValueOrDefault(id);

    public void Publish(params IEnumerable<T> upserts) => Apply([.. upserts], []);

    public void Remove(params IEnumerable<string> ids) => Apply([], [.. ids]);

    /// <summary>Makes the feed equal to <paramref name="all"/>; items that are equal already are not announced again.</summary>
    public void Replace(IReadOnlyCollection<T> all)
    {
        lock (_lock)
        {
            Replace(_items.Keys, all);
        }
    }

    /// <summary>Puts <paramref name="now"/> in the place of <paramref name="former"/>; the rest of the feed stays as it is.</summary>
    public void Replace(IEnumerable<string> former, IReadOnlyCollection<T> now)
    {
        var kept = now.Select(key).ToHashSet(StringComparer.Ordinal);
        Apply([.. now], [.. former.Where(id => !kept.Contains(id))]);
    }

    /// <summary>Changes one item as it is at this moment; nothing happens where it is gone.</summary>
    public void Update(string id, Func<T, T> change)
    {
        lock (_lock)
        {
            if (_items.TryGetValue(id, out var item))
            {
                Apply([change(item)], []);
            }
        }
    }

    /// <summary>Changes some items as they are at this moment; those that are gone stay gone.</summary>
    public void Update(IEnumerable<string> ids, Func<T, T> change)
    {
        lock (_lock)
        {
            Apply([.. ids.Select(Find).OfType<T>().Select(change)], []);
        }
    }

    /// <summary>Changes every item that <paramref name="which"/> picks, as it is at this moment.</summary>
    public void UpdateWhere(Func<T, bool> which, Func<T, T> change)
    {
        lock (_lock)
        {
            Apply([.. _items.Values.Where(which).Select(change)], []);
        }
    }

    /// <summary>The snapshot of this moment and every change after it, none lost and none twice.</summary>
    /// <remarks>Dispose it, or it stays in the producer's list.</remarks>
    public FeedSubscription<T> Subscribe()
    {
        lock (_lock)
        {
            var subscription = new FeedSubscription<T>(_items, key, time, Unsubscribe);
            _subscribers = _subscribers.Add(subscription);
            return subscription;
        }
    }

    /// <summary>Adds to an item what another feed knows of it; called under the lock for whatever is published.</summary>
    protected virtual T Complete(T item) => item;

    /// <summary>Keeps what a feed is asked by, besides the id; called under the lock, before anybody hears of the change.</summary>
    /// <param name="gone">As they were.</param>
    protected virtual void Index(ImmutableArray<T> gone, ImmutableArray<T> changed)
    {
    }

    /// <summary>Waits until one item is as wanted, or until the patience ends.</summary>
    /// <param name="until">Judges it as it is; null = gone.</param>
    /// <returns>The item as it is then.</returns>
    public async Task<T?> AwaitAsync(string id, Func<T?, bool> until, TimeSpan patience, CancellationToken cancellationToken)
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(FeedBatch<T>? batch)
        {
            if (until(Find(id)))
            {
                met.TrySetResult();
            }
        }

        Publishing += Look;
        try
        {
            Look(null);
            await met.Task.WaitAsync(patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Whoever asks is told how it stands.
        }
        finally
        {
            Publishing -= Look;
        }

        return Find(id);
    }

    private void Apply(ImmutableArray<T> upserts, ImmutableArray<string> removals)
    {
        lock (_lock)
        {
            var changed = upserts.Select(Complete).Where(item => !Equals(_items.GetValueOrDefault(key(item)), item)).ToImmutableArray();
            var gone = removals.Where(_items.ContainsKey).ToImmutableArray();
            if (changed.IsEmpty && gone.IsEmpty)
            {
                return;
            }

            Index([.. gone.Select(id => _items[id])], changed);
            _items = _items.RemoveRange(gone).SetItems(changed.Select(item => KeyValuePair.Create(key(item), item)));
            var batch = new FeedBatch<T>(changed, gone);
            Publishing?.Invoke(batch);
            foreach (var subscriber in _subscribers)
            {
                subscriber.Add(batch);
            }

            Changed?.Invoke();
        }
    }

    private void Unsubscribe(FeedSubscription<T> subscription)
    {
        lock (_lock)
        {
            _subscribers = _subscribers.Remove(subscription);
        }
    }
}

/// <summary>Changes by id: what is new or different, and the ids of what is gone.</summary>
public sealed record FeedBatch<T>(ImmutableArray<T> Upserts, ImmutableArray<string> Removals);
