using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Auth.Passkeys;

/// <summary>Adds, lists, removes and recognises the passkeys of local accounts.</summary>
internal sealed class PasskeyService(UserManager<User> users, IPasskeyHandler<User> handler, PasskeyState state, PortPortalDbContext db, AccountDirectory directory, SignInService signIns, SignInLimits limits, TimeProvider time)
{
    public const int PerAccount = 10;

    private const string Add = "add";
    private const string SignIn = "sign-in";
    private const int NameLength = 60;
    private static readonly Refusal NotRecognised = new(401, RefusalCodes.SignInRequired, "This passkey is not known here, or the request took too long. Try again.");

    /// <summary>What the browser needs to make a passkey; null for people whom a provider vouches for.</summary>
    public async Task<string?> BeginAddAsync(HttpContext context)
    {
        if (await FindLocalAsync(context.Actor()) is not { } user)
        {
            return null;
        }

        var options = await handler.MakeCreationOptionsAsync(new() { Id = user.Id, Name = user.UserName!, DisplayName = user.Name }, context);
        state.Keep(context, Add, options.AttestationState);
        return options.CreationOptionsJson;
    }

    public async Task<Outcome<UserPasskeyInfo>> AddAsync(HttpContext context, JsonElement credential, string? name)
    {
        if (await FindLocalAsync(context.Actor()) is not { } user || state.Take(context, Add) is not { } attestation)
        {
            return NotRecognised;
        }

        var label = new string([.. (name ?? "").Where(letter => !char.IsControl(letter)).Take(NameLength)]).Trim();
        if ((await users.GetPasskeysAsync(user)).Count >= PerAccount)
        {
            return new Refusal(409, RefusalCodes.QuotaReached, $"An account has at most {PerAccount} passkeys. Remove one first.");
        }

        var result = await handler.PerformAttestationAsync(new() { HttpContext = context, CredentialJson = credential.GetRawText(), AttestationState = attestation });
        if (!result.Succeeded || result.UserEntity.Id != user.Id)
        {
            return Refusal.Invalid("credential", "The browser's answer does not fit the request. Try again.");
        }

        result.Passkey.Name = label.Length > 0 ? label : "Passkey";
        db.Add(AuditEntry.By(context.Actor(), time, "passkey.added", $"Added the passkey “{result.Passkey.Name}”."));
        var added = await users.AddOrUpdatePasskeyAsync(user, result.Passkey);
        return added.Succeeded ? result.Passkey : NotRecognised;
    }

    public async Task<IReadOnlyList<UserPasskeyInfo>> ListAsync(Actor actor) =>
        await FindLocalAsync(actor) is { } user ? [.. (await users.GetPasskeysAsync(user)).OrderBy(passkey => passkey.CreatedAt)] : [];

    public async Task RemoveAsync(byte[] credentialId, Actor actor)
    {
        if (await FindLocalAsync(actor) is { } user && await users.GetPasskeyAsync(user, credentialId) is { } passkey)
        {
            db.Add(AuditEntry.By(actor, time, "passkey.removed", $"Removed the passkey “{passkey.Name}”."));
            await users.RemovePasskeyAsync(user, credentialId);
        }
    }

    /// <summary>What the browser needs to offer the passkeys it holds; the same for everybody, so it tells nobody who has one.</summary>
    public async Task<string> BeginSignInAsync(HttpContext context)
    {
        var options = await handler.MakeRequestOptionsAsync(user: null!, context);
        state.Keep(context, SignIn, options.AssertionState);
        return options.RequestOptionsJson;
    }

    public async Task<Outcome<Engine.Accounts.SignIn>> SignInAsync(HttpContext context, JsonElement credential, CancellationToken cancellationToken)
    {
        if (limits.Count(context.From()) is { } locked)
        {
            return locked;
        }

        if (state.Take(context, SignIn) is not { } assertion)
        {
            return NotRecognised;
        }

        var result = await handler.PerformAssertionAsync(new() { HttpContext = context, CredentialJson = credential.GetRawText(), AssertionState = assertion });
        if (!result.Succeeded || directory.FindAccount(result.User.Id) is not { Local: true } account)
        {
            return NotRecognised;
        }

        limits.Forgive(context.From());
        await users.AddOrUpdatePasskeyAsync(result.User, result.Passkey); // its counter moved on
        return await signIns.StartAsync(account.Id, account.Name, SignInMethod.Passkey, context.Place(), cancellationToken);
    }

    private async Task<User?> FindLocalAsync(Actor actor) => await users.FindByIdAsync(actor.Id) is { UserName: not null } user ? user : null;
}
