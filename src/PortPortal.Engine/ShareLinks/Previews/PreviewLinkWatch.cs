using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.ShareLinks.Previews;

/// <summary>Reads the signing key and what was revoked at start, before the edge opens.</summary>
internal sealed partial class PreviewLinkWatch(Database database, IDataProtectionProvider protection, PreviewTokens tokens, LivePreviews live, TimeProvider time, ILogger<PreviewLinkWatch> logger) : IHostedService
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);
    private readonly IDataProtector _protector = protection.CreateProtector("PortPortal.ShareLinks.PreviewKey.v1");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            tokens.Use(await database.InTurnAsync(db => ReadKeyAsync(db, cancellationToken), cancellationToken));
        }
        catch (DbUpdateException exception) when (exception.IsUniqueViolation())
        {
            // Another replica made it at the same moment.
            tokens.Use(await database.InTurnAsync(db => ReadKeyAsync(db, cancellationToken), cancellationToken));
        }

        await database.InTurnAsync(
            async db =>
            {
                var now = time.GetUtcNow();
                await db.Set<PreviewLink>().Where(link => link.ExpiresAt < now - Kept).ExecuteDeleteAsync(cancellationToken);
                var revoked = await db.Set<PreviewLink>().AsNoTracking().Where(link => link.RevokedAt != null && link.ExpiresAt > now).ToListAsync(cancellationToken);
                foreach (var links in revoked.GroupBy(link => link.ExposureId))
                {
                    live.Revoke(links.Key, links.Select(link => (link.Id, link.ExpiresAt)));
                }
            },
            cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<byte[]> ReadKeyAsync(PortPortalDbContext db, CancellationToken cancellationToken)
    {
        var row = await db.Set<PreviewKey>().SingleOrDefaultAsync(cancellationToken);
        if (row is not null && Open(row.KeyProtected) is { } known)
        {
            return known;
        }

        var key = RandomNumberGenerator.GetBytes(PreviewTokens.KeyLength);
        var sealedKey = Convert.ToBase64String(_protector.Protect(key));
        if (row is null)
        {
            db.Add(new PreviewKey { KeyProtected = sealedKey });
        }
        else
        {
            Log.KeyLost(logger);
            row.KeyProtected = sealedKey;
        }

        await db.SaveChangesAsync(cancellationToken);
        return key;
    }

    private byte[]? Open(string sealedKey)
    {
        try
        {
            return _protector.Unprotect(Convert.FromBase64String(sealedKey));
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The key that signs preview links cannot be read any more, and a new one was made: the links that were out do not work any more.")]
        public static partial void KeyLost(ILogger logger);
    }
}
