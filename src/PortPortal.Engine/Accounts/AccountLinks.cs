using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Accounts;

/// <summary>One-time links by which people set their password: invitations and resets.</summary>
internal sealed class AccountLinks(Database database, AccountDirectory directory, Passwords passwords, SignInLimits limits, PublicAddress address, TimeProvider time)
{
    private const int CodeLength = 26; // 130 bits
    private static readonly Refusal Dead = new(403, RefusalCodes.LinkExpired, "This link was used, replaced by a newer one, or is over. Ask an admin for a new one.");

    /// <summary>Gives <paramref name="user"/> a new link, which ends an older one; the caller saves.</summary>
    public Uri New(User user, TimeSpan lifetime)
    {
        var code = ShortId.NewToken(CodeLength);
        user.LinkHash = ApiKeyText.Hash(code);
        user.LinkExpiresAt = time.GetUtcNow() + lifetime;
        return new(address.Portal, $"account/welcome?code={code}");
    }

    /// <summary>Whom the link is for.</summary>
    public async Task<Outcome<User>> FindAsync(string? code, string? from, CancellationToken cancellationToken)
    {
        if (limits.Count(from) is { } locked)
        {
            return locked;
        }

        var hash = ApiKeyText.Hash(code ?? "");
        var user = await database.RunAsync(db => db.Set<User>().AsNoTracking().FirstOrDefaultAsync(user => user.LinkHash == hash && !user.Disabled, cancellationToken));
        if (user is null || user.LinkExpiresAt <= time.GetUtcNow())
        {
            return Dead;
        }

        limits.Forgive(from);
        return user;
    }

    /// <summary>Sets the password, uses the link up and signs every browser of that account out.</summary>
    public async Task<Outcome<User>> RedeemAsync(string? code, string? password, string? from, CancellationToken cancellationToken)
    {
        var found = await FindAsync(code, from, cancellationToken);
        if (!found.Succeeded)
        {
            return found;
        }

        Faults faults = [];
        var user = found.Value;
        var given = AccountRules.CheckPassword(password, user.Name, user.Email ?? "", faults);
        if (faults.Count > 0)
        {
            return faults;
        }

        var hash = await passwords.HashAsync(given, cancellationToken);
        var linkHash = user.LinkHash;
        var used = await database.RunAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var updated = await db.Set<User>().Where(row => row.Id == user.Id && row.LinkHash == linkHash && !row.Disabled).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.PasswordHash, hash).SetProperty(row => row.LinkHash, (byte[]?)null),
                cancellationToken);
            if (updated == 0)
            {
                return false;
            }

            await db.Set<SignIn>().Where(signIn => signIn.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
            db.Add(AuditEntry.By(new(user.Id, user.Name, user.Role, from), time, "user.password_set", "Set the passphrase by a one-time link; signed out everywhere."));
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        });
        if (!used)
        {
            return Dead;
        }

        await directory.RefreshAsync(cancellationToken);
        return user;
    }
}
