using Microsoft.AspNetCore.Http;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>Ends an exchange from outside: when its permission is cut, its visitor leaves, or its app is silent for too long.</summary>
/// <remarks>
/// The first verdict counts. It closes the connection to the app, and the visitor's as well once the response has begun, so that whatever waits returns;
/// the exchange then asks for the <see cref="Verdict"/>. One timer per connection is set rarely and looks at the deadline when it fires,
/// because setting a timer for every request costs more than the request's headers.
/// </remarks>
internal sealed class ExchangeWatch : IDisposable
{
    private readonly Lock _gate = new();
    private readonly UpstreamConnection _connection;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private HttpContext? _context;
    private ForwardOutcome? _verdict;
    private CancellationTokenRegistration _visitorLeft;
    private CancellationTokenRegistration _cut;

    /// <summary>Timestamps of <see cref="_time"/>; long.MaxValue for never. Guarded by <see cref="_gate"/> like the context, the verdict and the outcome that goes with the deadline.</summary>
    private long _deadline = long.MaxValue;
    private long _timerDue = long.MaxValue;
    private ForwardOutcome _onDeadline;

    public ExchangeWatch(UpstreamConnection connection, TimeProvider time)
    {
        (_connection, _time) = (connection, time);
        _timer = time.CreateTimer(static state => ((ExchangeWatch)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public ForwardOutcome? Verdict
    {
        get
        {
            lock (_gate)
            {
                return _verdict;
            }
        }
    }

    public void Begin(HttpContext context, CancellationToken cut)
    {
        lock (_gate)
        {
            (_context, _verdict) = (context, null);
        }

        _visitorLeft = context.RequestAborted.UnsafeRegister(static state => ((ExchangeWatch)state!).Stop(ForwardOutcome.ClientAborted), this);
        _cut = cut.UnsafeRegister(static state => ((ExchangeWatch)state!).Stop(ForwardOutcome.Cut), this);
    }

    /// <summary>After this nothing from outside touches the visitor's request or the connection any more.</summary>
    /// <returns>The verdict, if there was one: a connection with a verdict is closed.</returns>
    public ForwardOutcome? End()
    {
        _visitorLeft.Dispose();
        _cut.Dispose();
        lock (_gate)
        {
            (_context, _deadline) = (null, long.MaxValue);
            return _verdict;
        }
    }

    /// <summary>From now on the app has this long to do its next thing; null while it owes nothing.</summary>
    public void Expect(TimeSpan? within, ForwardOutcome otherwise)
    {
        lock (_gate)
        {
            if (within is not { } limit || limit == Timeout.InfiniteTimeSpan)
            {
                _deadline = long.MaxValue;
                return;
            }

            _deadline = _time.GetTimestamp() + (long)(limit.TotalSeconds * _time.TimestampFrequency);
            _onDeadline = otherwise;
            if (_deadline < _timerDue)
            {
                SetTimer();
            }
        }
    }

    public void Stop(ForwardOutcome verdict)
    {
        // All of it under the lock: End must not return, and the visitor's request with it, while this still touches them.
        lock (_gate)
        {
            if (_verdict is not null || _context is not { } context)
            {
                return;
            }

            _verdict = verdict;
            _connection.Close();
            if (context.Response.HasStarted)
            {
                context.Abort();
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private void OnTimer()
    {
        ForwardOutcome verdict;
        lock (_gate)
        {
            _timerDue = long.MaxValue;
            if (_deadline == long.MaxValue)
            {
                return;
            }

            if (_time.GetTimestamp() < _deadline)
            {
                SetTimer();
                return;
            }

            verdict = _onDeadline;
        }

        Stop(verdict);
    }

    private void SetTimer()
    {
        _timerDue = _deadline;
        var left = TimeSpan.FromSeconds((_deadline - _time.GetTimestamp()) / (double)_time.TimestampFrequency);
        _timer.Change(left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }
}
