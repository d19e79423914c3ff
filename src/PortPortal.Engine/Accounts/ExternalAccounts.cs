using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Accounts;

/// <summary>Accounts that an identity provider vouches for: made at the first sign-in, brought up to date at each.</summary>
internal sealed class ExternalAccounts(Database database, SignInService signIns, TimeProvider time, IOptionsMonitor<OidcOptions> options)
{
    /// <summary>Signs in whom the provider names.</summary>
    /// <remarks>
    /// Known by issuer and subject, never by e-mail: an address can change hands at the provider, and must not open somebody's local account here.
    /// Where admin groups are configured the provider decides who is an admin, anew each time; it may then take the last one away, and the next start prints a set-up link.
    /// </remarks>
    public async Task<Outcome<SignIn>> SignInAsync(ProviderIdentity identity, SignInPlace place, CancellationToken cancellationToken)
    {
        var user = await FindOrCreateAsync(identity, place, cancellationToken);
        if (user.Disabled)
        {
            return new Refusal(403, RefusalCodes.NotAllowed, "This account is disabled.");
        }

        var signIn = await signIns.StartAsync(user.Id, user.Name, SignInMethod.Provider, place, cancellationToken);
        if (options.CurrentValue.IsOf(identity.Issuer))
        {
            return signIn;
        }

        // Looked at when the sign-in is written: whoever ends those of a former provider finds it, or it is ended here.
        await signIns.EndAsync(signIn.Id, new(user.Id, user.Name, user.Role, place.From), CancellationToken.None);
        return new Refusal(409, RefusalCodes.NotAllowed, "The identity provider was changed meanwhile.");
    }

    /// <summary>The role that signing in for the first time would give.</summary>
    public Role FirstRole(ProviderIdentity identity) => RoleOf(identity, Role.Member);

    private async Task<User> FindOrCreateAsync(ProviderIdentity identity, SignInPlace place, CancellationToken cancellationToken)
    {
        if (await UpdateAsync(identity, place, cancellationToken) is { } known)
        {
            return known;
        }

        try
        {
            return await CreateAsync(identity, place, cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.IsUniqueViolation())
        {
            return await UpdateAsync(identity, place, cancellationToken) ?? throw new InvalidOperationException("An identity that exists has no account.", exception);
        }
    }

    private Task<User?> UpdateAsync(ProviderIdentity identity, SignInPlace place, CancellationToken cancellationToken) => database.RunAsync(async db =>
    {
        var user = await (
            from login in db.Set<IdentityUserLogin<string>>()
            where login.LoginProvider == identity.Issuer && login.ProviderKey == identity.Subject
            join row in db.Set<User>() on login.UserId equals row.Id
            select row).FirstOrDefaultAsync(cancellationToken);
        if (user is null)
        {
            return null;
        }

        var role = RoleOf(identity, user.Role);
        if (role != user.Role)
        {
            db.Add(AuditEntry.By(new(user.Id, user.Name, role, place.From), time, "user.role_changed", $"The provider's groups changed {user.Name} from {user.Role} to {role}."));
        }

        Apply(identity, user, role);
        await db.SaveChangesAsync(cancellationToken);
        return user;
    });

    private Task<User> CreateAsync(ProviderIdentity identity, SignInPlace place, CancellationToken cancellationToken) => database.RunAsync(async db =>
    {
        var user = new User
        {
            Id = ShortId.New(),
            Name = "",
            Role = Role.Member,
            CreatedAt = time.GetUtcNow(),
            SecurityStamp = ShortId.New(),
        };
        Apply(identity, user, RoleOf(identity, Role.Member));
        db.Add(user);
        db.Add(new IdentityUserLogin<string> { LoginProvider = identity.Issuer, ProviderKey = identity.Subject, UserId = user.Id });
        db.Add(AuditEntry.By(new(user.Id, user.Name, user.Role, place.From), time, "user.created", $"First sign-in through {identity.Issuer}: {user.Name} is a {user.Role}."));
        await db.SaveChangesAsync(cancellationToken);
        return user;
    });

    private Role RoleOf(ProviderIdentity identity, Role present)
    {
        var adminGroups = options.CurrentValue.AdminGroupList;
        if (adminGroups.Count == 0)
        {
            return present;
        }

        return identity.Groups.Any(group => adminGroups.Contains(group, StringComparer.Ordinal)) ? Role.Admin
            : present == Role.Admin ? Role.Member
            : present;
    }

    private static void Apply(ProviderIdentity identity, User user, Role role)
    {
        var email = EmailAddress.TryParse(identity.Email, out var address) ? address.ToString() : null;
        var name = new string([.. (identity.Name ?? email ?? identity.Subject).Where(letter => !char.IsControl(letter)).Take(User.NameLength)]).Trim();
        (user.Role, user.Email, user.NormalizedEmail) = (role, email, email is null ? null : User.Normalize(email));
        user.Name = name.Length > 0 ? name : "Unnamed";
        user.EmailConfirmed = email is not null && identity.EmailVerified;
        user.Groups = [.. identity.Groups];
    }
}

/// <summary>Whom a provider's signed answer names.</summary>
internal sealed record ProviderIdentity
{
    public required string Issuer { get; init; }

    public required string Subject { get; init; }

    public string? Name { get; init; }

    public string? Email { get; init; }

    /// <summary>True only where the provider said the JSON value <c>true</c>.</summary>
    public bool EmailVerified { get; init; }

    public IReadOnlyList<string> Groups { get; init; } = [];
}
