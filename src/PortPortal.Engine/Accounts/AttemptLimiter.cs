namespace PortPortal.Engine.Accounts;

/// <summary>Counts tries per key before they are checked, so that a hundred in parallel count as a hundred.</summary>
/// <remarks>
/// Kept in memory on purpose: unknown names count like known ones and a restart is not in a stranger's hands.
/// At <see cref="MaxKeys"/> keys all newcomers share one counter: a flood of addresses makes it stricter, never looser.
/// </remarks>
internal sealed class AttemptLimiter(TimeProvider time, int limit, TimeSpan window)
{
    public const int MaxKeys = 50_000;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Attempts> _attempts = new(StringComparer.Ordinal); // under _lock
    private DateTimeOffset _sweptAt; // under _lock

    /// <summary>Null where the try may go ahead, else how long to wait.</summary>
    public TimeSpan? Count(string key)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var attempts = Find(key, now);
            if (now >= attempts.Ends)
            {
                (attempts.Made, attempts.Ends) = (0, now + window);
            }

            if (attempts.Made >= limit)
            {
                return attempts.Ends - now;
            }

            attempts.Made++;
            return null;
        }
    }

    /// <summary>Takes back one try that turned out right.</summary>
    public void Forgive(string key)
    {
        lock (_lock)
        {
            if (_attempts.TryGetValue(key, out var attempts) && attempts.Made > 0)
            {
                attempts.Made--;
            }
        }
    }

    /// <summary>Forgets all tries of <paramref name="key"/>.</summary>
    public void Reset(string key)
    {
        lock (_lock)
        {
            _attempts.Remove(key);
        }
    }

    private Attempts Find(string key, DateTimeOffset now)
    {
        if (_attempts.TryGetValue(key, out var attempts))
        {
            return attempts;
        }

        if (_attempts.Count >= MaxKeys && now - _sweptAt >= SweepInterval)
        {
            _sweptAt = now;
            foreach (var (old, _) in _attempts.Where(entry => now >= entry.Value.Ends).ToList())
            {
                _attempts.Remove(old);
            }
        }

        var place = _attempts.Count >= MaxKeys ? "" : key;
        if (!_attempts.TryGetValue(place, out attempts))
        {
            _attempts[place] = attempts = new();
        }

        return attempts;
    }

    private sealed class Attempts
    {
        public int Made { get; set; }

        public DateTimeOffset Ends { get; set; }
    }
}
