namespace PortPortal.Components.Kit;

/// <summary>The clock of one open page: ticks while something on it shows a time, and not otherwise.</summary>
internal sealed class PpClock(TimeProvider time) : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly HashSet<Ticking> _listeners = []; // under _lock
    private ITimer? _timer; // under _lock

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Calls <paramref name="tick"/> every <see cref="Interval"/> until what it returns is disposed.</summary>
    public IDisposable OnTick(Func<Task> tick)
    {
        var listener = new Ticking(this, tick);
        lock (_lock)
        {
            _listeners.Add(listener);
            _timer ??= time.CreateTimer(_ => Tick(), null, Interval, Interval);
        }

        return listener;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _listeners.Clear();
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void Tick()
    {
        Ticking[] listeners;
        lock (_lock)
        {
            listeners = [.. _listeners];
        }

        foreach (var listener in listeners)
        {
            _ = listener.Tick();
        }
    }

    private void Remove(Ticking listener)
    {
        lock (_lock)
        {
            _listeners.Remove(listener);
            if (_listeners.Count == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }
    }

    private sealed class Ticking(PpClock clock, Func<Task> tick) : IDisposable
    {
        public Task Tick() => tick();

        public void Dispose() => clock.Remove(this);
    }
}
