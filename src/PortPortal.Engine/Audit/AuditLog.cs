using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Audit;

/// <summary>Reads the audit, newest first: a page of it, all of it, or how much there is when.</summary>
internal sealed class AuditLog(Database database, TimeProvider time)
{
    public const int LongestPage = 1000;
    private const int MostCounted = 200_000;

    /// <param name="before">The id below which to go on; null begins at the newest.</param>
    public Task<IReadOnlyList<AuditEntry>> ReadAsync(AuditFilter filter, AuditScope scope, long? before, int most, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<AuditEntry>>(async db => await Asked(db, filter, scope)
            .Where(entry => before == null || entry.Id < before)
            .OrderByDescending(entry => entry.Id)
            .Take(Math.Clamp(most, 1, LongestPage))
            .ToListAsync(cancellationToken));

    /// <summary>Everything asked for, read as fast as it is taken; no transaction is held meanwhile.</summary>
    public async IAsyncEnumerable<AuditEntry> ReadAllAsync(AuditFilter filter, AuditScope scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What "the last 24 hours" are does not move while they are read.
        var asked = filter with { After = filter.Start(time.GetUtcNow()), Last = null };
        for (long? before = null; ;)
        {
            var page = await ReadAsync(asked, scope, before, LongestPage, cancellationToken);
            foreach (var entry in page)
            {
                yield return entry;
            }

            if (page.Count < LongestPage)
            {
                yield break;
            }

            before = page[^1].Id;
        }
    }

    /// <summary>How many entries fall into each of <paramref name="buckets"/> equal parts of the time from <paramref name="start"/> to <paramref name="end"/>.</summary>
    public Task<AuditCounts> CountAsync(AuditFilter filter, AuditScope scope, DateTimeOffset start, DateTimeOffset end, int buckets, CancellationToken cancellationToken) =>
        database.RunAsync(async db =>
        {
            var moments = await Asked(db, filter with { After = start, Before = end, Last = null }, scope)
                .OrderByDescending(entry => entry.Id)
                .Take(MostCounted)
                .Select(entry => new { entry.At, entry.Result })
                .ToListAsync(cancellationToken);
            var counts = new AuditCounts(start, end, new int[buckets], new int[buckets]);
            foreach (var moment in moments)
            {
                counts.Add(moment.At, moment.Result);
            }

            return counts;
        });

    /// <summary>Those of <paramref name="entries"/> that <paramref name="filter"/> and <paramref name="scope"/> let through.</summary>
    public IReadOnlyList<AuditEntry> Select(IEnumerable<AuditEntry> entries, AuditFilter filter, AuditScope scope) =>
        [.. scope.Apply(filter.Apply(entries.AsQueryable(), time.GetUtcNow()))];

    private IQueryable<AuditEntry> Asked(PortPortalDbContext db, AuditFilter filter, AuditScope scope) =>
        scope.Apply(filter.Apply(db.Set<AuditEntry>().AsNoTracking(), time.GetUtcNow()));
}
