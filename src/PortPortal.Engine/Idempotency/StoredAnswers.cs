using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Idempotency;

/// <summary>Remembers answers for 24 hours, so that a request sent twice is done once.</summary>
internal sealed class StoredAnswers(Database database, IDataProtectionProvider protection, TimeProvider time)
{
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);
    public const int MaxKeyLength = 255;

    private readonly IDataProtector _protector = protection.CreateProtector("PortPortal.Idempotency");
    private readonly ConcurrentDictionary<string, bool> _underWay = new(StringComparer.Ordinal);

    public static string ScopeOf(Actor actor, string method, string path, string key) => Hash($"{actor.Id}\n{method}\n{path}\n{key}");

    public static string Hash(string text) => Hash(Encoding.UTF8.GetBytes(text));

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>False while the same request is being answered already.</summary>
    public bool TryBegin(string scope) => _underWay.TryAdd(scope, true);

    public void End(string scope) => _underWay.TryRemove(scope, out _);

    public Task<StoredAnswer?> FindAsync(string scope, CancellationToken cancellationToken) => database.RunAsync(db =>
    {
        var since = time.GetUtcNow() - Kept;
        return db.Set<StoredAnswer>().AsNoTracking().SingleOrDefaultAsync(answer => answer.Scope == scope && answer.At > since, cancellationToken);
    });

    public byte[] BodyOf(StoredAnswer answer) => _protector.Unprotect(answer.ProtectedBody);

    public Task KeepAsync(string scope, string bodyHash, int status, string? contentType, string? location, byte[] body, CancellationToken cancellationToken) => database.InTurnAsync(
        async db =>
        {
            var now = time.GetUtcNow();
            await db.Set<StoredAnswer>().Where(answer => answer.At <= now - Kept || answer.Scope == scope).ExecuteDeleteAsync(cancellationToken);
            db.Add(new StoredAnswer
            {
                Scope = scope,
                BodyHash = bodyHash,
                Status = status,
                ContentType = contentType,
                Location = location,
                ProtectedBody = _protector.Protect(body),
                At = now,
            });
            await db.SaveChangesAsync(cancellationToken);
        },
        cancellationToken);
}
