namespace PortPortal.Auth;

/// <summary>Remembers which sign-ins came back, so that each does so once, however often and however parallel it is sent.</summary>
internal sealed class UsedStates(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _used = new(StringComparer.Ordinal); // under _lock
    private readonly Queue<string> _oldestFirst = new(); // under _lock

    /// <summary>True for the first caller with <paramref name="id"/>.</summary>
    /// <param name="until">When the state would be refused for its age anyway.</param>
    public bool TryUse(string id, DateTimeOffset until)
    {
        lock (_lock)
        {
            while (_oldestFirst.TryPeek(out var oldest) && _used[oldest] <= time.GetUtcNow())
            {
                _used.Remove(_oldestFirst.Dequeue());
            }

            if (!_used.TryAdd(id, until))
            {
                return false;
            }

            _oldestFirst.Enqueue(id);
            return true;
        }
    }
}
