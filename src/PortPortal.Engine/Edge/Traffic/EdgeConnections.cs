using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Access;
using PortPortal.Engine.Edge.Routes;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.Edge.Traffic;

/// <summary>Everything that is open at the edge, and the way to end it.</summary>
/// <remarks>
/// Order makes revocation airtight: who takes a right away does so first, raises <see cref="Epoch"/>, and then walks the books; who is let in reads the epoch
/// first, is judged, enters the books, and is judged again where the epoch has moved. So one of the two always sees the other.
/// </remarks>
internal sealed class EdgeConnections(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, ExposureBook> _books = new(StringComparer.Ordinal);
    private long _epoch;

    public long Epoch => Interlocked.Read(ref _epoch);

    public IEnumerable<ExposureBook> Books => _books.Values;

    /// <param name="isNew">Becomes true for the first request of someone who was not there.</param>
    public OpenVisit Enter(EdgeRoute route, HttpContext context, in Visitor visitor, VisitKind kind, ref bool isNew)
    {
        var book = _books.GetOrAdd(route.Exposure.Id, static id => new ExposureBook(id));
        return book.Enter(context, visitor.Host, visitor.Grant, visitor.Grant is null ? null : visitor.Account, kind, time.GetUtcNow(), ref isNew);
    }

    public void Leave(OpenVisit visit) => visit.Book.Leave(visit, time.GetUtcNow());

    /// <summary>Ends every open visit of an exposure that <paramref name="mayStay"/> does not admit any more.</summary>
    public int Rejudge(string exposureId, Func<OpenVisit, bool> mayStay)
    {
        Interlocked.Increment(ref _epoch);
        return _books.TryGetValue(exposureId, out var book) ? book.Abort(visit => !mayStay(visit)) : 0;
    }

    public LiveVisitor? Find(string exposureId, string visitorId) => _books.GetValueOrDefault(exposureId)?.Find(visitorId);

    public IReadOnlyList<LiveVisitor> Everyone(string exposureId) => _books.GetValueOrDefault(exposureId)?.Everyone() ?? [];

    /// <summary>Cuts off everything that one visitor has open, or that everyone has; whoever calls this has taken back first what they came in with.</summary>
    public void Cut(string exposureId, LiveVisitor? one)
    {
        Interlocked.Increment(ref _epoch);
        _books.GetValueOrDefault(exposureId)?.Abort(visit => one is null || ReferenceEquals(visit.Visitor, one));
    }

    /// <summary>When somebody was last there: now, while something is open; null where nobody has come since this process started.</summary>
    public DateTimeOffset? LastVisit(string exposureId, DateTimeOffset now) => _books.TryGetValue(exposureId, out var book) ? book.LastVisit(now) : null;

    /// <summary>Forgets the books of an exposure that is gone.</summary>
    public void Forget(string exposureId) => _books.TryRemove(exposureId, out _);
}
