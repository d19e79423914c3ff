using PortPortal.Engine.Common;

namespace PortPortal.Components.Live;

/// <summary>One reader of what is live: calls back when something has changed, once for all that changed meanwhile.</summary>
/// <remarks>A change after a quiet quarter of the pace, and what follows from it, are told at once; a stream of them at the pace.</remarks>
internal sealed class LiveView : IDisposable
{
    private const int AtOnce = 4;
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(750);

    private readonly CancellationTokenSource _end = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _pace;
    private readonly WakeUp _wakeUp; // never disposed: who is announcing a change may still be about to call it
    private readonly List<ILiveSource> _sources = [];

    /// <param name="changed">Called on no particular thread; one call at a time.</param>
    /// <param name="pace">Between two calls under a stream of changes; 750 ms unless given.</param>
    public LiveView(Func<Task> changed, TimeProvider time, TimeSpan? pace = null)
    {
        (_time, _pace, _wakeUp) = (time, pace ?? Pace, new(time));
        _ = ReadAsync(changed);
    }

    /// <summary>From now on its changes count, too.</summary>
    public LiveView Follow(ILiveSource source)
    {
        _sources.Add(source);
        source.Changed += _wakeUp.Call;
        return this;
    }

    public void Dispose()
    {
        if (_end.IsCancellationRequested)
        {
            return;
        }

        foreach (var source in _sources)
        {
            source.Changed -= _wakeUp.Call;
        }

        _end.Cancel();
        _end.Dispose();
    }

    private async Task ReadAsync(Func<Task> changed)
    {
        var atOnce = AtOnce;
        try
        {
            while (true)
            {
                var waiting = _time.GetTimestamp();
                await _wakeUp.WaitAsync(_end.Token);
                atOnce = _time.GetElapsedTime(waiting) >= _pace / 4 ? AtOnce : atOnce - 1;
                await changed();
                await Task.Delay(atOnce > 0 ? Least : _pace, _time, _end.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The page is gone.
        }
    }
}
