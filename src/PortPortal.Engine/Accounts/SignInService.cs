using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Accounts;

/// <summary>Lets browsers in and out; a cookie means nothing without the row that it names.</summary>
internal sealed class SignInService(Database database, AccountDirectory directory, Passwords passwords, SignInLimits limits, TimeProvider time, IOptions<AccountsOptions> options)
{
    private static readonly Refusal Wrong = new(401, RefusalCodes.SignInRequired, "The e-mail or the passphrase is wrong.");

    /// <summary>Checks e-mail and password, then signs the browser in.</summary>
    /// <remarks>1 count the try, 2 check, also where there is nobody, 3 sign in. Strangers get one answer for all that is wrong.</remarks>
    public async Task<Outcome<SignIn>> SignInAsync(string? email, string? password, SignInPlace place, CancellationToken cancellationToken)
    {
        // 1
        var name = User.Normalize(email ?? "");
        if (limits.Count(name, place.From) is { } locked)
        {
            return locked;
        }

        // 2
        var user = await database.RunAsync(db => db.Set<User>().AsNoTracking().FirstOrDefaultAsync(user => user.NormalizedUserName == name, cancellationToken));
        var checkedPassword = await passwords.CheckAsync(user?.PasswordHash, password ?? "", cancellationToken);
        if (user is null || checkedPassword == PasswordVerificationResult.Failed || user.Disabled)
        {
            await RecordRefusalAsync(user, place, cancellationToken);
            return Wrong;
        }

        // 3
        limits.Forgive(name, place.From);
        if (checkedPassword == PasswordVerificationResult.SuccessRehashNeeded)
        {
            var hash = await passwords.HashAsync(password!, cancellationToken);
            await database.RunAsync(db => db.Set<User>().Where(row => row.Id == user.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.PasswordHash, hash), cancellationToken));
        }

        return await StartAsync(user.Id, user.Name, SignInMethod.Password, place, cancellationToken);
    }

    /// <summary>Signs a browser in whose person has been proved some other way.</summary>
    public async Task<SignIn> StartAsync(string userId, string userName, SignInMethod method, SignInPlace place, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var signIn = new SignIn
        {
            UserId = userId,
            Method = method,
            At = now,
            ExpiresAt = now + options.Value.SignInLifetime,
            From = place.From,
            Agent = place.Agent is { Length: > SignIn.AgentLength } long_ ? long_[..SignIn.AgentLength] : place.Agent,
            ProtectedIdToken = place.ProtectedIdToken,
        };
        await database.RunAsync(async db =>
        {
            db.Add(signIn);
            db.Add(AuditEntry.By(new(userId, userName, Role.Viewer, place.From), time, "user.signed_in", $"Signed in {Words(method)}."));
            await db.SaveChangesAsync(cancellationToken);
            await db.Set<User>().Where(user => user.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(user => user.LastSignInAt, now), cancellationToken);
            await db.Set<SignIn>().Where(old => old.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken);
        });
        await directory.RefreshAsync(cancellationToken);
        return signIn;
    }

    /// <summary>Signs one browser out; a copy of its cookie is worth nothing from then on.</summary>
    public Task EndAsync(string signInId, Actor actor, CancellationToken cancellationToken) =>
        EndAsync(signIns => signIns.Where(signIn => signIn.Id == signInId && signIn.UserId == actor.Id), actor, "Signed out.", cancellationToken);

    /// <summary>Signs all browsers of <paramref name="actor"/> out, but the one to keep.</summary>
    public Task EndAllAsync(Actor actor, string? keep, CancellationToken cancellationToken) =>
        EndAsync(signIns => signIns.Where(signIn => signIn.UserId == actor.Id && signIn.Id != keep), actor, "Signed out everywhere.", cancellationToken);

    private async Task EndAsync(Func<IQueryable<SignIn>, IQueryable<SignIn>> which, Actor actor, string reason, CancellationToken cancellationToken)
    {
        await database.RunAsync(async db =>
        {
            db.RemoveRange(await which(db.Set<SignIn>()).ToListAsync(cancellationToken));
            if (db.ChangeTracker.HasChanges())
            {
                db.Add(AuditEntry.By(actor, time, "user.signed_out", reason));
                await db.SaveChangesAsync(cancellationToken);
            }
        });
        await directory.RefreshAsync(cancellationToken);
    }

    private async Task RecordRefusalAsync(User? user, SignInPlace place, CancellationToken cancellationToken)
    {
        var reason = user switch
        {
            null => "The e-mail belongs to no account.",
            { Disabled: true } => "The account is disabled.",
            _ => "The passphrase was wrong.",
        };
        var actor = new Actor(user?.Id ?? "visitor", user?.Name ?? "Unknown visitor", Role.Viewer, place.From);
        await database.RunAsync(db =>
        {
            db.Add(AuditEntry.By(actor, time, "user.sign_in_refused", reason, AuditResult.Refused));
            return db.SaveChangesAsync(cancellationToken);
        });
    }

    private static string Words(SignInMethod method) => method switch
    {
        SignInMethod.Password => "with e-mail and passphrase",
        SignInMethod.Passkey => "with a passkey",
        SignInMethod.Provider => "through the identity provider",
        SignInMethod.SetUpLink => "by the set-up link",
        SignInMethod.AccountLink => "by an invitation or reset link",
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, message: null),
    };
}

/// <summary>Where a browser signs in from.</summary>
internal sealed record SignInPlace(string? From, string? Agent)
{
    /// <summary>What the provider's sign-out will ask for, encrypted.</summary>
    public string? ProtectedIdToken { get; init; }
}
