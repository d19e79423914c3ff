using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Access;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Upstream;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.Edge.Traffic;

/// <summary>The books of one exposure: who is there, what is open, and what has gone through.</summary>
internal sealed class ExposureBook(string exposureId)
{
    /// <summary>Someone without anything open is there for so long after their last request.</summary>
    private static readonly TimeSpan Lingering = TimeSpan.FromSeconds(60);

    /// <summary>More strangers than this at one public port share one line: nobody can read longer lists, and a flood must not fill the memory.</summary>
    private const int MostVisitors = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<VisitorKey, LiveVisitor> _visitors = []; // under _lock
    private readonly TrafficBucket[] _recent = new TrafficBucket[TrafficStatus.Buckets]; // touched by the pulse alone, as is _bucket and _counted
    private OpenVisit? _first; // under _lock, as is _lastLeft
    private DateTimeOffset? _lastLeft;
    private int _lastOutcome = -1;
    private long _requests;
    private long _up;
    private long _down;
    private long _lastRequestTicks;
    private long _bucket;
    private TrafficBucket _counted;

    public string ExposureId => exposureId;

    /// <summary>How an exchange has ended since the last call that says something about the app; null where none has.</summary>
    public ForwardOutcome? TakeOutcome() => Interlocked.Exchange(ref _lastOutcome, -1) is >= 0 and var outcome ? (ForwardOutcome)outcome : null;

    /// <summary>What visitors do wrong says nothing about the app.</summary>
    public void Note(ForwardOutcome outcome)
    {
        if (outcome is not (ForwardOutcome.ClientAborted or ForwardOutcome.Cut or ForwardOutcome.RequestRefused or ForwardOutcome.RequestBodyFailed or ForwardOutcome.LoopDetected))
        {
            Volatile.Write(ref _lastOutcome, (int)outcome);
        }
    }

    public void AddUp(long bytes) => Interlocked.Add(ref _up, bytes);

    public void AddDown(long bytes) => Interlocked.Add(ref _down, bytes);

    /// <summary>Enters one request; whoever calls this calls <see cref="Leave"/>.</summary>
    public OpenVisit Enter(HttpContext context, string host, Grant? grant, VisitorAccount? account, VisitKind kind, DateTimeOffset now, ref bool isNew)
    {
        var key = KeyOf(context, grant);
        lock (_lock)
        {
            if (!_visitors.TryGetValue(key, out var visitor))
            {
                key = _visitors.Count < MostVisitors ? key : default;
                if (!_visitors.TryGetValue(key, out visitor))
                {
                    visitor = _visitors[key] = New(key, context, grant, account, now);
                    isNew = true;
                }
            }

            visitor.Count(kind, 1, now);
            var visit = new OpenVisit(this, visitor, context, host, grant, kind) { Next = _first };
            if (_first is not null)
            {
                _first.Previous = visit;
            }

            _first = visit;
            Interlocked.Increment(ref _requests);
            Volatile.Write(ref _lastRequestTicks, now.UtcTicks);
            return visit;
        }
    }

    public void Leave(OpenVisit visit, DateTimeOffset now)
    {
        lock (_lock)
        {
            visit.Visitor.Count(visit.Kind, -1, now);
            _lastLeft = now;
            if (visit.Previous is null)
            {
                _first = visit.Next;
            }
            else
            {
                visit.Previous.Next = visit.Next;
            }

            if (visit.Next is not null)
            {
                visit.Next.Previous = visit.Previous;
            }
        }
    }

    /// <summary>Ends what is open and picked; the answer is how many.</summary>
    public int Abort(Func<OpenVisit, bool> which)
    {
        lock (_lock)
        {
            var count = 0;
            for (var visit = _first; visit is not null; visit = visit.Next)
            {
                if (which(visit))
                {
                    visit.Abort();
                    count++;
                }
            }

            return count;
        }
    }

    /// <summary>When the last one left, or now while one is here; null where nobody has come yet.</summary>
    public DateTimeOffset? LastVisit(DateTimeOffset now)
    {
        lock (_lock)
        {
            return _first is null ? _lastLeft : now;
        }
    }

    public LiveVisitor? Find(string visitorId)
    {
        lock (_lock)
        {
            return _visitors.Values.FirstOrDefault(visitor => visitor.Id == visitorId);
        }
    }

    public IReadOnlyList<LiveVisitor> Everyone()
    {
        lock (_lock)
        {
            return [.. _visitors.Values];
        }
    }

    /// <summary>Who is there now and who has gone since the last call.</summary>
    public void Census(ExposureStatus? exposure, DateTimeOffset now, List<VisitorStatus> here, List<string> gone)
    {
        lock (_lock)
        {
            foreach (var visitor in _visitors.Values.ToList())
            {
                if (!visitor.HasOpen && (exposure is null || now - visitor.LastSeenAt > Lingering))
                {
                    _visitors.Remove(visitor.Key);
                    gone.Add(visitor.Id);
                }
                else if (exposure is not null)
                {
                    here.Add(visitor.StatusAt(exposure));
                }
            }
        }
    }

    /// <summary>Moves what was counted since the last call into the bucket of this moment.</summary>
    /// <returns>Null where there was nothing in the last 15 minutes.</returns>
    public TrafficStatus? Sample(DateTimeOffset now)
    {
        var bucket = now.UtcTicks / TrafficStatus.BucketLength.Ticks;
        for (var past = Math.Max(_bucket + 1, bucket - TrafficStatus.Buckets + 1); past <= bucket; past++)
        {
            _recent[past % TrafficStatus.Buckets] = default;
        }

        _bucket = Math.Max(bucket, _bucket);
        var (all, lastTicks) = (new TrafficBucket(Volatile.Read(ref _up), Volatile.Read(ref _down), Volatile.Read(ref _requests)), Volatile.Read(ref _lastRequestTicks));
        _recent[_bucket % TrafficStatus.Buckets] += all - _counted;
        _counted = all;
        if (lastTicks == 0)
        {
            return null;
        }

        var oldestFirst = new TrafficBucket[TrafficStatus.Buckets];
        for (var i = 0; i < oldestFirst.Length; i++)
        {
            oldestFirst[i] = _recent[(_bucket + 1 + i) % TrafficStatus.Buckets];
        }

        return new()
        {
            ExposureId = exposureId,
            Requests = all.Requests,
            BytesUp = all.Up,
            BytesDown = all.Down,
            LastRequestAt = new DateTimeOffset(lastTicks, TimeSpan.Zero),
            Recent = oldestFirst.ToValueList(),
        };
    }

    private static VisitorKey KeyOf(HttpContext context, Grant? grant) =>
        grant is { Proof: not Proof.Preview } ? new(grant.Id, null, null) : new(grant?.Id, context.Connection.RemoteIpAddress, context.Request.Headers.UserAgent);

    private static LiveVisitor New(VisitorKey key, HttpContext context, Grant? grant, VisitorAccount? account, DateTimeOffset now) => key == default
        ? new(key, null, null, "several addresses", "several", now)
        : new(key, grant, account, PeerAddress.Text(context), UserAgentFamily.Of(context.Request.Headers.UserAgent), now);
}
