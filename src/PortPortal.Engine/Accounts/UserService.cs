using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Accounts;

/// <summary>An admin's work on accounts: invite, change the role, disable, let a password be set anew. There is always one admin left.</summary>
internal sealed class UserService(Database database, AccountDirectory directory, AccountLinks links, TimeProvider time, IOptions<AccountsOptions> options)
{
    private static readonly Refusal AdminsOnly = new(403, RefusalCodes.NotAllowed, "Only admins may look after accounts.");
    private static readonly Refusal LastAdmin = new(409, RefusalCodes.NotAllowed, "This is the last admin. Make someone else an admin first.");

    /// <summary>Everybody by name; only admins see them.</summary>
    public IReadOnlyList<Account> List(Actor actor) => actor.IsAdmin
        ? [.. directory.Now.Users.Values.OrderBy(user => user.Name, StringComparer.OrdinalIgnoreCase)]
        : [];

    /// <summary>Creates an account without a password, and the link by which its owner sets one.</summary>
    /// <param name="faults">What reading the request has found already; the rules add theirs.</param>
    public async Task<Outcome<Invitation>> InviteAsync(InvitationRequest request, Actor actor, Faults faults, CancellationToken cancellationToken)
    {
        if (!actor.IsAdmin)
        {
            return AdminsOnly;
        }

        var name = AccountRules.CheckName(request.Name, faults);
        var email = AccountRules.CheckEmail(request.Email, faults);
        CheckRole(request.Role, faults);
        if (faults.Count > 0)
        {
            return faults;
        }

        var user = User.Local(name, email, request.Role ?? Role.Member, time.GetUtcNow());
        var link = links.New(user, options.Value.LinkLifetime);
        var created = await database.RunAsync(async db =>
        {
            db.Add(user);
            db.Add(AuditEntry.By(actor, time, "user.invited", $"Invited {name} <{email}> as {Word(user.Role)}."));
            try
            {
                await db.SaveChangesAsync(cancellationToken);
                return true;
            }
            catch (DbUpdateException exception) when (exception.IsUniqueViolation())
            {
                return false;
            }
        });
        if (!created)
        {
            return new Refusal(409, RefusalCodes.NameInUse, $"There is an account for {email} already.", "email");
        }

        await directory.RefreshAsync(cancellationToken);
        return new Invitation(directory.Now.Users[user.Id], link, user.LinkExpiresAt!.Value);
    }

    /// <summary>Changes name, role or whether the account works; what it had open ends at once where it loses rights.</summary>
    /// <param name="faults">What reading the request has found already; the rules add theirs.</param>
    public async Task<Outcome<Account>> ChangeAsync(string userId, UserChange change, Actor actor, Faults faults, CancellationToken cancellationToken)
    {
        if (!actor.IsAdmin)
        {
            return AdminsOnly;
        }

        var name = change.Name is null ? null : AccountRules.CheckName(change.Name, faults);
        CheckRole(change.Role, faults);
        if (faults.Count > 0)
        {
            return faults;
        }

        var refusal = await database.RunAsync(async db =>
        {
            // Serializable: two admins who demote each other at the same moment leave one of them.
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken);
            if (await db.Set<User>().FirstOrDefaultAsync(user => user.Id == userId, cancellationToken) is not { } user)
            {
                return Refusal.NotFound("account");
            }

            var (role, disabled) = (change.Role ?? user.Role, change.Disabled ?? user.Disabled);
            var wasAdmin = user is { Role: Role.Admin, Disabled: false };
            if (wasAdmin && (role != Role.Admin || disabled) && !await AnyOtherAdminAsync(db, userId, cancellationToken))
            {
                return LastAdmin with { Field = change.Disabled is true ? "disabled" : "role" };
            }

            foreach (var (action, reason) in Differences(user, name, role, disabled))
            {
                db.Add(AuditEntry.By(actor, time, action, reason));
            }

            (user.Name, user.Role, user.Disabled) = (name ?? user.Name, role, disabled);
            if (disabled)
            {
                user.LinkHash = null;
                db.RemoveRange(await db.Set<SignIn>().Where(signIn => signIn.UserId == userId).ToListAsync(cancellationToken));
            }

            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return null;
        });
        if (refusal is not null)
        {
            return refusal;
        }

        await directory.RefreshAsync(cancellationToken);
        return directory.Now.Users[userId];
    }

    /// <summary>Makes a link by which a local account's owner sets a new password; an older link of theirs ends.</summary>
    public async Task<Outcome<Invitation>> MakeLinkAsync(string userId, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.IsAdmin)
        {
            return AdminsOnly;
        }

        var link = await database.RunAsync(async db =>
        {
            if (await db.Set<User>().FirstOrDefaultAsync(user => user.Id == userId && user.UserName != null && !user.Disabled, cancellationToken) is not { } user)
            {
                return null;
            }

            var link = links.New(user, options.Value.LinkLifetime);
            db.Add(AuditEntry.By(actor, time, "user.link_made", $"Made a link by which {user.Name} can set a new passphrase."));
            await db.SaveChangesAsync(cancellationToken);
            return new { Uri = link, ExpiresAt = user.LinkExpiresAt!.Value };
        });
        return link is null
            ? Refusal.NotFound("local account")
            : new Invitation(directory.Now.Users[userId], link.Uri, link.ExpiresAt);
    }

    /// <summary>Takes an account out for good, with its sign-ins, passkeys and API keys; its sessions stay, and admins look after them.</summary>
    public async Task<Outcome<Account>> RemoveAsync(string userId, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.IsAdmin)
        {
            return AdminsOnly;
        }

        var account = directory.Now.Users.GetValueOrDefault(userId);
        var refusal = await database.RunAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken);
            if (account is null || await db.Set<User>().FirstOrDefaultAsync(user => user.Id == userId, cancellationToken) is not { } user)
            {
                return Refusal.NotFound("account");
            }

            if (user is { Role: Role.Admin, Disabled: false } && !await AnyOtherAdminAsync(db, userId, cancellationToken))
            {
                return LastAdmin;
            }

            await db.Set<SignIn>().Where(signIn => signIn.UserId == userId).ExecuteDeleteAsync(cancellationToken);
            await db.Set<ApiKey>().Where(key => key.OwnerId == userId).ExecuteDeleteAsync(cancellationToken);
            db.Remove(user);
            db.Add(AuditEntry.By(actor, time, "user.removed", $"Removed {user.Name} <{user.Email}>, {Word(user.Role)}, with their API keys."));
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return null;
        });
        if (refusal is not null)
        {
            return refusal;
        }

        await directory.RefreshAsync(cancellationToken);
        return account!;
    }

    private static Task<bool> AnyOtherAdminAsync(PortPortalDbContext db, string userId, CancellationToken cancellationToken) =>
        db.Set<User>().AnyAsync(other => other.Id != userId && other.Role == Role.Admin && !other.Disabled, cancellationToken);

    private static IEnumerable<(string Action, string Reason)> Differences(User user, string? name, Role role, bool disabled)
    {
        if (name is not null && name != user.Name)
        {
            yield return ("user.renamed", $"Renamed {user.Name} to {name}.");
        }

        if (role != user.Role)
        {
            yield return ("user.role_changed", $"Changed {user.Name} from {Word(user.Role)} to {Word(role)}.");
        }

        if (disabled != user.Disabled)
        {
            yield return disabled
                ? ("user.disabled", $"Disabled {user.Name}: signed out everywhere, API keys off.")
                : ("user.enabled", $"Enabled {user.Name} again.");
        }
    }

    private static void CheckRole(Role? role, Faults faults)
    {
        if (role is { } given && !Enum.IsDefined(given))
        {
            faults.Add(Refusal.Invalid("role", "The role takes viewer, member or admin."));
        }
    }

    private static string Word(Role role) => role.ToString().ToLowerInvariant();
}

/// <param name="Role">Null: member.</param>
internal sealed record InvitationRequest(string? Name, string? Email, Role? Role);

/// <summary>What to change of an account; null leaves it as it is.</summary>
internal sealed record UserChange(string? Name = null, Role? Role = null, bool? Disabled = null);

/// <param name="Link">Works once; nothing can show it again.</param>
public sealed record Invitation(Account Account, Uri Link, DateTimeOffset ExpiresAt);
