using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Accounts;

/// <summary>Makes, lists, revokes and recognises API keys.</summary>
internal sealed class ApiKeyService(Database database, AccountDirectory directory, ApiKeyUse use, TimeProvider time, IOptions<AccountsOptions> options)
{
    public const int PerOwner = 50;

    /// <summary>How long a rotated key still works.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(3660);
    private static readonly byte[] NoHash = new byte[SHA256.HashSizeInBytes];
    private readonly byte[]? _adminKeyHash = options.Value.AdminApiKey is { Length: > 0 } key ? ApiKeyText.Hash(key) : null;

    /// <summary>The id of the key that <paramref name="text"/> is; null for anything else, in the same time.</summary>
    /// <remarks>A key whose owner is disabled is still recognised; <see cref="AccountDirectory.FindActor(System.Security.Claims.ClaimsPrincipal?)"/> then finds nobody behind it.</remarks>
    public string? Recognise(string text)
    {
        if (_adminKeyHash is not null && CryptographicOperations.FixedTimeEquals(_adminKeyHash, ApiKeyText.Hash(text)))
        {
            return AccountClaims.AdminKeyId;
        }

        if (!ApiKeyText.TryParse(text, out var id, out var hash))
        {
            return null;
        }

        var key = directory.Now.Keys.GetValueOrDefault(id);
        if (!CryptographicOperations.FixedTimeEquals(key?.SecretHash ?? NoHash, hash) || key is null || key.ExpiresAt <= time.GetUtcNow())
        {
            return null;
        }

        use.Record(id);
        return id;
    }

    /// <summary>The keys that <paramref name="actor"/> may see: their own, or all for an admin.</summary>
    public IReadOnlyList<ApiKeyInfo> List(Actor actor) =>
        [.. directory.Now.Keys.Values.Where(key => actor.Owns(key.OwnerId)).OrderBy(key => key.CreatedAt).Select(Info)];

    /// <summary>Makes a key that acts as <paramref name="actor"/>; its text is shown this once.</summary>
    /// <param name="faults">What reading the request has found already; the rules add theirs.</param>
    public async Task<Outcome<NewApiKey>> CreateAsync(ApiKeyRequest request, Actor actor, Faults faults, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var name = request.Name?.Trim() ?? "";
        if (name.Length is 0 or > ApiKey.NameLength || name.Any(char.IsControl))
        {
            faults.Add(Refusal.Invalid("name", $"The name takes 1 to {ApiKey.NameLength} characters on one line."));
        }

        if (request.Role is { } asked && (!Enum.IsDefined(asked) || asked > actor.Role))
        {
            faults.Add(Refusal.Invalid("role", $"The role takes viewer, member or admin, and not more than your own, {Word(actor.Role)}."));
        }

        if (request.ExpiresAt is { } end && (end <= now || end > now + LongestLife))
        {
            faults.Add(Refusal.Invalid("expiresAt", "The end takes a moment in the future, at most ten years from now."));
        }

        if (directory.Now.Keys.Values.Count(key => key.OwnerId == actor.Id) is var have and >= PerOwner)
        {
            faults.Add(new(409, RefusalCodes.QuotaReached, $"{have} of {PerOwner} keys are in use. Revoke one first."));
        }

        if (faults.Count > 0)
        {
            return faults;
        }

        var id = ShortId.New();
        var (text, hash) = ApiKeyText.New(id);
        var key = new ApiKey
        {
            Id = id,
            OwnerId = actor.Id,
            Name = name,
            Role = request.Role ?? actor.Role,
            SecretHash = hash,
            CreatedAt = now,
            ExpiresAt = request.ExpiresAt,
        };
        await database.RunAsync(db =>
        {
            db.Add(key);
            db.Add(AuditEntry.By(actor, time, "key.created", $"Made the API key “{name}” ({id}) with the role {Word(key.Role)}, {(key.ExpiresAt is { } until ? $"until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC" : "without an end")}."));
            return db.SaveChangesAsync(cancellationToken);
        });
        await directory.RefreshAsync(cancellationToken);
        return new NewApiKey(Info(key), text);
    }

    /// <summary>Makes a key like that one in its place; the old one works for another <see cref="Overlap"/>, so that nothing stops meanwhile.</summary>
    public async Task<Outcome<NewApiKey>> RotateAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (directory.Now.Keys.GetValueOrDefault(id) is not { } key || !actor.Owns(key.OwnerId))
        {
            return Refusal.NotFound("API key");
        }

        if (key.OwnerId != actor.Id)
        {
            return new Refusal(403, RefusalCodes.NotAllowed, "Only its owner can rotate a key, for the new one acts as them. Revoke it instead.");
        }

        if (key.ExpiresAt <= now)
        {
            return new Refusal(409, RefusalCodes.Ended, "This key has ended. Make a new one.");
        }

        var ends = key.ExpiresAt is { } end && end < now + Overlap ? end : now + Overlap;
        var newId = ShortId.New();
        var (text, hash) = ApiKeyText.New(newId);
        var role = key.Role < actor.Role ? key.Role : actor.Role;
        var next = key with { Id = newId, Role = role, SecretHash = hash, CreatedAt = now, LastUsedAt = null };
        await database.InTurnAsync(
            async db =>
            {
                db.Add(next);
                db.Add(AuditEntry.By(actor, time, "key.rotated", $"Rotated the API key “{key.Name}”: {newId} in place of {id}, which ends at {ends.UtcDateTime:yyyy-MM-dd HH:mm} UTC."));
                (await db.Set<ApiKey>().FindAsync([id], cancellationToken))?.ExpiresAt = ends;
                await db.SaveChangesAsync(cancellationToken);
            },
            cancellationToken);
        await directory.RefreshAsync(cancellationToken);
        return new NewApiKey(Info(next), text);
    }

    /// <summary>Ends a key at once.</summary>
    public async Task<Outcome<ApiKeyInfo>> RevokeAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        if (directory.Now.Keys.GetValueOrDefault(id) is not { } key || !actor.Owns(key.OwnerId))
        {
            return Refusal.NotFound("API key");
        }

        await database.RunAsync(async db =>
        {
            if (await db.Set<ApiKey>().FirstOrDefaultAsync(row => row.Id == id, cancellationToken) is { } row)
            {
                db.Remove(row);
                db.Add(AuditEntry.By(actor, time, "key.revoked", $"Revoked the API key “{key.Name}” ({id})."));
                await db.SaveChangesAsync(cancellationToken);
            }
        });
        await directory.RefreshAsync(cancellationToken);
        return Info(key);
    }

    private ApiKeyInfo Info(ApiKey key) => new()
    {
        Id = key.Id,
        Name = key.Name,
        Role = key.Role,
        OwnerId = key.OwnerId,
        OwnerName = key.OwnerId == AccountClaims.AdminKeyId ? "Admin API key" : directory.Now.Users.GetValueOrDefault(key.OwnerId)?.Name ?? "",
        CreatedAt = key.CreatedAt,
        ExpiresAt = key.ExpiresAt,
        LastUsedAt = use.LastUse(key.Id) ?? key.LastUsedAt,
    };

    private static string Word(Role role) => role.ToString().ToLowerInvariant();
}

/// <param name="Name">What the key is for.</param>
/// <param name="Role">At most its maker's; null: the maker's.</param>
/// <param name="ExpiresAt">Null: until revoked.</param>
internal sealed record ApiKeyRequest(string? Name, Role? Role, DateTimeOffset? ExpiresAt);

/// <param name="Info">What lists show.</param>
/// <param name="Text">The key itself; nothing can show it again.</param>
public sealed record NewApiKey(ApiKeyInfo Info, string Text);

public sealed record ApiKeyInfo
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required Role Role { get; init; }

    public required string OwnerId { get; init; }

    public required string OwnerName { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? LastUsedAt { get; init; }
}
