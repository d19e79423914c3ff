using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Access;
using PortPortal.Engine.Edge.Grants;
using PortPortal.Engine.Edge.Routes;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.Edge.Traffic;

/// <summary>Everything that is open at the edge, and the way to end it.</summary>
/// <remarks>
/// Order makes revocation airtight: who takes a right away does so first, raises <see cref="Epoch"/>, and then walks the books; who is let in reads the epoch
/// first, is judged, enters the books, and is judged again where the epoch has moved. So one of the two always sees the other.
/// </remarks>
internal sealed class EdgeConnections(RevokedGrants revoked, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, ExposureBook> _books = new(StringComparer.Ordinal);
    private long _epoch;

    public long Epoch => Interlocked.Read(ref _epoch);

    public IEnumerable<ExposureBook> Books => _books.Values;

    /// <param name="isNew">Becomes true for the first request of someone who was not there.</param>
    public OpenVisit Enter(EdgeRoute route, HttpContext context, in Visitor visitor, VisitKind kind, ref bool isNew)
    {
        var book = _books.GetOrAdd(route.Exposure.Id, static id => new ExposureBook(id));
        return book.Enter(context, visitor.Host, visitor.Grant, visitor.Account?.Name, kind, time.GetUtcNow(), ref isNew);
    }

    public void Leave(OpenVisit visit) => visit.Book.Leave(visit, time.GetUtcNow());

    /// <summary>Ends every open visit of an exposure that <paramref name="mayStay"/> does not admit any more.</summary>
    public int Rejudge(string exposureId, Func<OpenVisit, bool> mayStay)
    {
        Interlocked.Increment(ref _epoch);
        return _books.TryGetValue(exposureId, out var book) ? book.Abort(visit => !mayStay(visit)) : 0;
    }

    /// <summary>Disconnects one visitor and takes their grant back; someone without a grant is cut off and may come again.</summary>
    /// <returns>False where that visitor is not there.</returns>
    public bool Disconnect(string exposureId, string visitorId)
    {
        if (!_books.TryGetValue(exposureId, out var book) || book.Find(visitorId) is not { } visitor)
        {
            return false;
        }

        Revoke(visitor);
        Interlocked.Increment(ref _epoch);
        book.Abort(visit => ReferenceEquals(visit.Visitor, visitor));
        return true;
    }

    /// <summary>Disconnects everyone at an exposure; the answer is how many people that were.</summary>
    public int DisconnectAll(string exposureId)
    {
        if (!_books.TryGetValue(exposureId, out var book))
        {
            return 0;
        }

        var everyone = book.Everyone();
        foreach (var visitor in everyone)
        {
            Revoke(visitor);
        }

        Interlocked.Increment(ref _epoch);
        book.Abort(_ => true);
        return everyone.Count;
    }

    /// <summary>When somebody was last there: now, while something is open; null where nobody has come since this process started.</summary>
    public DateTimeOffset? LastVisit(string exposureId, DateTimeOffset now) => _books.TryGetValue(exposureId, out var book) ? book.LastVisit(now) : null;

    /// <summary>Forgets the books of an exposure that is gone.</summary>
    public void Forget(string exposureId) => _books.TryRemove(exposureId, out _);

    private void Revoke(LiveVisitor visitor)
    {
        // Whoever has a preview link comes again: only the link can be taken back.
        if (visitor.Grant is { Proof: not Proof.Preview } grant)
        {
            revoked.Add(grant.Id, grant.ExpiresAt);
        }
    }
}
