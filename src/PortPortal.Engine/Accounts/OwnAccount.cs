using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Accounts;

/// <summary>What people do with their own account.</summary>
internal sealed class OwnAccount(Database database, AccountDirectory directory, Passwords passwords, SignInLimits limits, TimeProvider time)
{
    /// <summary>Sets a new password and signs every other browser out.</summary>
    /// <param name="keep">The sign-in that asks.</param>
    public async Task<Outcome<Account>> ChangePasswordAsync(string? current, string? wanted, string keep, Actor actor, CancellationToken cancellationToken)
    {
        if (limits.Count(actor.Id, actor.From) is { } locked)
        {
            return locked;
        }

        var user = await database.RunAsync(db => db.Set<User>().AsNoTracking().FirstOrDefaultAsync(user => user.Id == actor.Id && user.PasswordHash != null, cancellationToken));
        if (user is null)
        {
            return Refusal.NotFound("passphrase");
        }

        Faults faults = [];
        if (await passwords.CheckAsync(user.PasswordHash, current ?? "", cancellationToken) == PasswordVerificationResult.Failed)
        {
            faults.Add(Refusal.Invalid("current", "The present passphrase is wrong."));
        }

        var given = AccountRules.CheckPassword(wanted, user.Name, user.Email ?? "", faults, "wanted");
        if (faults.Count > 0)
        {
            return faults;
        }

        limits.Forgive(actor.Id, actor.From);
        var hash = await passwords.HashAsync(given, cancellationToken);
        await database.RunAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            await db.Set<User>().Where(row => row.Id == user.Id).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.PasswordHash, hash).SetProperty(row => row.LinkHash, (byte[]?)null),
                cancellationToken);
            await db.Set<SignIn>().Where(signIn => signIn.UserId == user.Id && signIn.Id != keep).ExecuteDeleteAsync(cancellationToken);
            db.Add(AuditEntry.By(actor, time, "user.password_set", "Changed the passphrase; signed out everywhere else."));
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        });
        await directory.RefreshAsync(cancellationToken);
        return directory.Now.Users[user.Id];
    }

    /// <summary>The browsers that are signed in as <paramref name="actor"/>, newest first.</summary>
    public IReadOnlyList<SignIn> SignIns(Actor actor) =>
        [.. directory.Now.SignIns.Values.Where(signIn => signIn.UserId == actor.Id && signIn.ExpiresAt > time.GetUtcNow()).OrderByDescending(signIn => signIn.At)];
}
