using System.Data;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Accounts;

/// <summary>The way in while there is no admin: a one-time code that only whoever reads the console knows.</summary>
/// <remarks>Only the code's hash is kept, in memory; each start makes a new one until it is used.</remarks>
internal sealed class SetUp(Database database, AccountDirectory directory, Passwords passwords, SignInLimits limits, TimeProvider time)
{
    private const int CodeLength = 26; // 130 bits
    private volatile byte[]? _codeHash;

    /// <summary>True until an admin exists.</summary>
    public bool IsOpen => _codeHash is not null && !directory.Now.AnyAdmin;

    /// <summary>Reads the accounts; where no admin is among them, opens set-up and returns the link to print.</summary>
    /// <remarks>Call it once, after the database was migrated and before the first request.</remarks>
    public async Task<Uri?> StartAsync(PublicAddress address, CancellationToken cancellationToken)
    {
        await directory.RefreshAsync(cancellationToken);
        if (directory.Now.AnyAdmin)
        {
            return null;
        }

        var code = ShortId.NewToken(CodeLength);
        _codeHash = ApiKeyText.Hash(code);
        return new(address.Portal, $"set-up?code={code}");
    }

    /// <summary>Whether <paramref name="code"/> is the printed one; null where it is.</summary>
    public Refusal? Check(string? code, string? from)
    {
        if (!IsOpen || _codeHash is not { } expected)
        {
            return Refusal.NotFound("page");
        }

        if (limits.Count(from) is { } locked)
        {
            return locked;
        }

        if (!CryptographicOperations.FixedTimeEquals(expected, ApiKeyText.Hash(Tidy(code))))
        {
            return new(403, RefusalCodes.NotAllowed, "That is not the set-up code of this start. The link that the console shows holds it.", "code");
        }

        limits.Forgive(from);
        return null;
    }

    /// <summary>Creates the first admin; the code is used up with it.</summary>
    public async Task<Outcome<User>> CreateAdminAsync(SetUpRequest request, string? from, CancellationToken cancellationToken)
    {
        if (Check(request.Code, from) is { } refusal)
        {
            return refusal;
        }

        Faults faults = [];
        var name = AccountRules.CheckName(request.Name, faults);
        var email = AccountRules.CheckEmail(request.Email, faults);
        var password = AccountRules.CheckPassword(request.Password, name, email, faults);
        if (faults.Count > 0)
        {
            return faults;
        }

        var user = User.Local(name, email, Role.Admin, time.GetUtcNow());
        user.PasswordHash = await passwords.HashAsync(password, cancellationToken);
        var created = await database.RunAsync(async db =>
        {
            // Serializable: of two browsers that hold the code, one becomes the admin.
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken);
            if (await db.Set<User>().AnyAsync(other => other.Role == Role.Admin && !other.Disabled, cancellationToken))
            {
                return false;
            }

            db.Add(user);
            db.Add(AuditEntry.By(new(user.Id, user.Name, Role.Admin, from), time, "setup.finished", $"Created the first admin, {email}, by the set-up link."));
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        });
        if (!created)
        {
            return Refusal.NotFound("page");
        }

        _codeHash = null;
        await directory.RefreshAsync(cancellationToken);
        return user;
    }

    /// <summary>People copy codes in groups and in capitals.</summary>
    private static string Tidy(string? code) => (code ?? "").Trim().Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
}

internal sealed record SetUpRequest
{
    public string? Code { get; init; }

    public string? Name { get; init; }

    public string? Email { get; init; }

    public string? Password { get; init; }
}
