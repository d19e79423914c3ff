using PortPortal.Engine.Forwarding;

namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>How long to wait with the next try after one that failed, or that mended what something else keeps breaking.</summary>
/// <remarks>1 s, then twice as long each time, 30 s at most; a minute of peace and all is forgotten.</remarks>
internal sealed class PortForwardPatience(TimeProvider time)
{
    private const double Longest = 30;
    private static readonly TimeSpan Peace = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private int _inARow; // under _lock
    private long _last; // under _lock

    /// <summary>Null where nothing is to be waited for.</summary>
    public TimeSpan? UntilRetry
    {
        get
        {
            lock (_lock)
            {
                var left = Wait(_inARow) - time.GetElapsedTime(_last);
                return _inARow > 0 && left > TimeSpan.Zero ? left : null;
            }
        }
    }

    public void Passed(ForwardReport report)
    {
        if (report.Fault is not null || !report.Mended.IsEmpty)
        {
            Failed();
        }
    }

    public void Failed()
    {
        lock (_lock)
        {
            _inARow = _inARow > 0 && time.GetElapsedTime(_last) > Peace ? 1 : _inARow + 1;
            _last = time.GetTimestamp();
        }
    }

    private static TimeSpan Wait(int inARow) => TimeSpan.FromSeconds(Math.Min(Longest, Math.Pow(2, inARow - 1)));
}
