using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Accounts;

/// <summary>Who may do what at this moment, answered without a query: one snapshot that every request and circuit shares.</summary>
/// <remarks>Whoever changes an account calls <see cref="RefreshAsync"/> after committing, before answering.</remarks>
internal sealed class AccountDirectory(Database database, TimeProvider time, IOptions<AccountsOptions> options) : ILiveSource, IDisposable
{
    private readonly SemaphoreSlim _reading = new(1, 1); // a later refresh never loses to an earlier one
    private volatile AccountSnapshot _now = AccountSnapshot.Empty;

    /// <summary>Raised after the snapshot was swapped, by one refresh at a time; open circuits look again at who they are.</summary>
    public event Action? Changed;

    public AccountSnapshot Now => _now;

    public async Task RefreshAsync(CancellationToken cancellationToken = default)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            _now = await database.RunAsync(db => AccountSnapshot.ReadAsync(db, time.GetUtcNow(), cancellationToken));
            Changed?.Invoke();
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>The person or key behind <paramref name="principal"/> with the rights of this moment; null where there are none left.</summary>
    public Actor? FindActor(ClaimsPrincipal? principal)
    {
        var from = principal?.FindFirstValue(AccountClaims.From);
        if (principal?.FindFirstValue(AccountClaims.SignInId) is { } signInId)
        {
            return FindSignIn(signInId) is { } signIn ? FindActor(signIn.UserId, from) : null;
        }

        return principal?.FindFirstValue(AccountClaims.ApiKeyId) is { } keyId ? FindKeyActor(keyId, from) : null;
    }

    /// <summary>The person with that id, unless disabled.</summary>
    public Actor? FindActor(string userId, string? from = null) =>
        FindAccount(userId) is { } account ? new(account.Id, account.Name, account.Role, from) : null;

    /// <summary>Name, address and groups of that person, unless disabled.</summary>
    public Account? FindAccount(string userId) => _now.Users.GetValueOrDefault(userId) is { Disabled: false } account ? account : null;

    /// <summary>The account that <paramref name="principal"/> is signed in as; null for keys and strangers.</summary>
    public Account? FindAccount(ClaimsPrincipal? principal) =>
        principal?.FindFirstValue(AccountClaims.SignInId) is { } id && FindSignIn(id) is { } signIn ? FindAccount(signIn.UserId) : null;

    /// <summary>That sign-in, unless it was ended, is over, or its account is disabled.</summary>
    public SignIn? FindSignIn(string signInId) =>
        _now.SignIns.GetValueOrDefault(signInId) is { } signIn && signIn.ExpiresAt > time.GetUtcNow() && FindAccount(signIn.UserId) is not null
            ? signIn
            : null;

    private Actor? FindKeyActor(string keyId, string? from)
    {
        if (keyId == AccountClaims.AdminKeyId)
        {
            return HasAdminKey ? new(AccountClaims.AdminKeyId, "Admin API key", Role.Admin, from) : null;
        }

        if (_now.Keys.GetValueOrDefault(keyId) is not { } key || key.ExpiresAt <= time.GetUtcNow())
        {
            return null;
        }

        if (key.OwnerId == AccountClaims.AdminKeyId)
        {
            return HasAdminKey ? new(key.OwnerId, $"API key “{key.Name}”", key.Role, from) : null;
        }

        return FindAccount(key.OwnerId) is { } owner
            ? new(owner.Id, $"{owner.Name} (API key “{key.Name}”)", key.Role < owner.Role ? key.Role : owner.Role, from)
            : null;
    }

    private bool HasAdminKey => options.Value.AdminApiKey.Length > 0;

    public void Dispose() => _reading.Dispose();
}

/// <summary>What others may know of a user.</summary>
public sealed record Account
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string? Email { get; init; }

    public required bool EmailVerified { get; init; }

    public required Role Role { get; init; }

    public required bool Disabled { get; init; }

    /// <summary>False for people whom an identity provider vouches for.</summary>
    public required bool Local { get; init; }

    /// <summary>False until the invitation was accepted.</summary>
    public required bool HasPassword { get; init; }

    /// <summary>They have been asked in and did not come yet.</summary>
    public bool Invited => Local && !HasPassword;

    public required IReadOnlyList<string> Groups { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? LastSignInAt { get; init; }
}

internal sealed record AccountSnapshot(
    IReadOnlyDictionary<string, Account> Users,
    IReadOnlyDictionary<string, SignIn> SignIns,
    IReadOnlyDictionary<string, ApiKey> Keys)
{
    public static readonly AccountSnapshot Empty = new(
        new Dictionary<string, Account>(StringComparer.Ordinal),
        new Dictionary<string, SignIn>(StringComparer.Ordinal),
        new Dictionary<string, ApiKey>(StringComparer.Ordinal));

    public bool AnyAdmin => Users.Values.Any(user => user is { Role: Role.Admin, Disabled: false });

    public static async Task<AccountSnapshot> ReadAsync(PortPortalDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var users = await db.Set<User>().AsNoTracking().Select(user => new Account
        {
            Id = user.Id,
            Name = user.Name,
            Email = user.Email,
            EmailVerified = user.EmailConfirmed,
            Role = user.Role,
            Disabled = user.Disabled,
            Local = user.UserName != null,
            HasPassword = user.PasswordHash != null,
            Groups = user.Groups,
            CreatedAt = user.CreatedAt,
            LastSignInAt = user.LastSignInAt,
        }).ToDictionaryAsync(user => user.Id, StringComparer.Ordinal, cancellationToken);
        var signIns = await db.Set<SignIn>().AsNoTracking().Where(signIn => signIn.ExpiresAt > now).ToDictionaryAsync(signIn => signIn.Id, StringComparer.Ordinal, cancellationToken);
        var keys = await db.Set<ApiKey>().AsNoTracking().ToDictionaryAsync(key => key.Id, StringComparer.Ordinal, cancellationToken);
        return new(users, signIns, keys);
    }
}
