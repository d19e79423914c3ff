namespace PortPortal.Engine.Common;

/// <summary>Lets so many through at once and so many a second in the long run: one number, no lock, no allocation.</summary>
/// <remarks>The generic cell rate algorithm (ITU-T I.371): what is kept is the moment at which the bucket is full again.</remarks>
internal sealed class TokenBucket
{
    private long _fullAt; // Interlocked; a timestamp

    /// <param name="now">A timestamp of the clock that <paramref name="rate"/> was made for.</param>
    /// <param name="wait">When the next one gets through, in ticks of that clock; 0 where this one does.</param>
    public bool TryTake(RateLimit rate, long now, out long wait)
    {
        while (true)
        {
            var fullAt = Interlocked.Read(ref _fullAt);
            var from = Math.Max(fullAt, now);
            wait = from - now - rate.Slack;
            if (wait > 0)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _fullAt, from + rate.Interval, fullAt) == fullAt)
            {
                wait = 0;
                return true;
            }
        }
    }
}

/// <summary>A limit in ticks of one clock.</summary>
internal sealed class RateLimit(double perSecond, int burst, TimeProvider time)
{
    /// <summary>Between two in the long run.</summary>
    public long Interval { get; } = Math.Max(1, (long)(time.TimestampFrequency / perSecond));

    /// <summary>How far ahead of that rhythm a burst may run.</summary>
    public long Slack => Interval * (Math.Max(burst, 1) - 1);

    public bool Is(double otherPerSecond, int otherBurst) => perSecond.Equals(otherPerSecond) && burst == otherBurst;

    public TimeSpan ToTime(long ticks) => TimeSpan.FromSeconds((double)ticks / time.TimestampFrequency);
}
