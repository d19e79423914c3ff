using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Accounts;

/// <summary>An admin's work on the identity provider: set it up, change it, take it away, all while people work. Local accounts are never touched.</summary>
internal sealed class ProviderService(ProviderFile file, IConfiguration configuration, IOptionsMonitor<OidcOptions> options, Database database, AccountDirectory directory, TimeProvider time)
{
    private static readonly Refusal AdminsOnly = new(403, RefusalCodes.NotAllowed, "Only admins may change the identity provider.");
    private static readonly Refusal NobodyLeft = new(409, RefusalCodes.NotAllowed, "No local account is an admin: once these sign-ins end, nobody could mend the provider. Invite one first.", "endSignIns");
    private static readonly string[] WhoAndWhere = [nameof(OidcOptions.Authority), nameof(OidcOptions.ClientId), nameof(OidcOptions.ClientSecret)];

    /// <summary>As settings call them, as refusals and the audit do, and as people read them.</summary>
    private static readonly (string Setting, string Field, string Word)[] Names =
    [
        (nameof(OidcOptions.Authority), "issuer", "issuer"),
        (nameof(OidcOptions.ClientId), "clientId", "client id"),
        (nameof(OidcOptions.ClientSecret), "clientSecret", "client secret"),
        (nameof(OidcOptions.Scopes), "scopes", "scopes"),
        (nameof(OidcOptions.GroupClaim), "groupClaim", "group claim"),
        (nameof(OidcOptions.AdminGroups), "adminGroups", "admin groups"),
    ];

    /// <summary>The fields that configuration sets, by the names that refusals use.</summary>
    /// <remarks>With the secret goes the issuer: whoever could change that alone would be sent the secret.</remarks>
    public IReadOnlySet<string> Fixed
    {
        get
        {
            var elsewhere = file.SetElsewhere(configuration);
            var names = Names.Where(name => elsewhere.Contains(name.Setting)).Select(name => name.Field).ToHashSet(StringComparer.Ordinal);
            if (elsewhere.Contains(nameof(OidcOptions.ClientSecret)) && options.CurrentValue.ClientSecret.Length > 0)
            {
                names.Add("issuer");
            }

            return names;
        }
    }

    /// <summary>Saves a provider; the next sign-in asks it, by its metadata read anew.</summary>
    /// <param name="endSignIns">Signs out everybody whom no provider vouches for then: at another issuer, all who came by the former one. What was open by those sign-ins ends with them.</param>
    /// <remarks>A secret is kept for the issuer it was entered for, and sent to no other.</remarks>
    /// <returns>False where nothing differs and nobody was signed out.</returns>
    public async Task<Outcome<bool>> SaveAsync(ProviderChange change, bool endSignIns, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.IsAdmin)
        {
            return AdminsOnly;
        }

        var faults = new Faults();
        change = change.Trimmed();
        ProviderRules.Check(change, faults);
        var present = options.CurrentValue;
        var wanted = Settings(change with { ClientSecret = change.ClientSecret ?? (change.Issuer == present.Authority ? present.ClientSecret : "") });
        CheckFixed(wanted, faults);
        return faults.Count > 0 ? faults : await WriteAsync(wanted, $"Set the identity provider “{new Uri(change.Issuer).Host}”", endSignIns, actor, cancellationToken);
    }

    /// <summary>Takes the provider away: from now on people sign in with local accounts alone.</summary>
    /// <param name="endSignIns">Signs out everybody who came by a provider; else they stay.</param>
    /// <returns>False where there was none and nobody was signed out.</returns>
    public async Task<Outcome<bool>> ClearAsync(bool endSignIns, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.IsAdmin)
        {
            return AdminsOnly;
        }

        var present = options.CurrentValue;
        if (!present.IsConfigured && !endSignIns)
        {
            return false;
        }

        var (none, elsewhere) = (Settings(Of(present)), file.SetElsewhere(configuration));
        if (WhoAndWhere.Any(setting => elsewhere.Contains(setting) && none[setting].Length > 0))
        {
            return new Refusal(409, RefusalCodes.NotAllowed, "issuer is set by configuration, which has to take the provider away itself.", "issuer");
        }

        // Said, not left out: what appsettings.json may hold must not come back.
        foreach (var setting in WhoAndWhere)
        {
            none[setting] = "";
        }

        return await WriteAsync(none, $"Took away the identity provider “{present.ProviderName}”", endSignIns, actor, cancellationToken);
    }

    /// <remarks>
    /// 1 what differs, and who goes, 2 the file, which is in force from then on, 3 the database. Whoever is killed in between asks again:
    /// people whom nobody vouches for are signed out also where nothing differs any more.
    /// </remarks>
    private async Task<Outcome<bool>> WriteAsync(Dictionary<string, string> wanted, string act, bool endSignIns, Actor actor, CancellationToken cancellationToken)
    {
        var written = await database.InTurnAsync<Outcome<bool>>(
            async db =>
            {
                // 1
                var present = Settings(Of(options.CurrentValue));
                var changed = Names.Where(name => wanted[name.Setting] != present[name.Setting]).Select(name => name.Word).ToList();
                if (endSignIns && !await AnyLocalAdminAsync(db, cancellationToken))
                {
                    return NobodyLeft;
                }

                if (changed.Count == 0 && !endSignIns)
                {
                    return false;
                }

                // 2
                var (before, elsewhere) = (file.Read(), file.SetElsewhere(configuration));
                try
                {
                    if (changed.Count > 0)
                    {
                        file.Save(wanted.Where(pair => !elsewhere.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal));
                    }
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    return new Refusal(507, RefusalCodes.StorageFull, $"The data directory does not take provider.json: {exception.Message}");
                }

                // 3 looked for while the file is in force: a sign-in that is written later finds it changed
                try
                {
                    await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
                    var gone = OfNobody(db, wanted[nameof(OidcOptions.Authority)]);
                    var people = endSignIns ? await gone.Select(signIn => signIn.UserId).Distinct().CountAsync(cancellationToken) : 0;
                    if (changed.Count == 0 && people == 0)
                    {
                        return false;
                    }

                    if (people > 0)
                    {
                        await gone.ExecuteDeleteAsync(cancellationToken);
                    }

                    db.Add(changed.Count > 0
                        ? AuditEntry.By(actor, time, "provider.changed", $"{act}; changed: {string.Join(", ", changed)}.{(people > 0 ? " " + SignedOut(people) : "")}")
                        : AuditEntry.By(actor, time, "user.signed_out", SignedOut(people)));
                    await db.SaveChangesAsync(cancellationToken);
                    await transaction.CommitAsync(cancellationToken);
                    return true;
                }
                catch when (changed.Count > 0)
                {
                    file.Save(before); // nothing is in force that nobody can read of
                    throw;
                }
            },
            cancellationToken);
        if (endSignIns && written.Succeeded)
        {
            await directory.RefreshAsync(cancellationToken);
        }

        return written;
    }

    /// <summary>The sign-ins of people who have no account of this portal's own, and none by that issuer.</summary>
    private static IQueryable<SignIn> OfNobody(PortPortalDbContext db, string issuer)
    {
        var bare = issuer.TrimEnd('/'); // a provider may leave it out, see OidcOptions.IsOf
        var vouchedFor = db.Set<IdentityUserLogin<string>>().Where(login => login.LoginProvider == issuer || login.LoginProvider == bare).Select(login => login.UserId);
        return db.Set<SignIn>().Where(signIn => db.Set<User>().Any(user => user.Id == signIn.UserId && user.UserName == null) && !vouchedFor.Contains(signIn.UserId));
    }

    private static string SignedOut(int people) => $"Signed out {(people == 1 ? "one person" : $"{people} people")} whom no identity provider vouches for any more.";

    private static Task<bool> AnyLocalAdminAsync(PortPortalDbContext db, CancellationToken cancellationToken) => db.Set<User>().AnyAsync(
        user => user.UserName != null && user.Role == Role.Admin && !user.Disabled && (user.PasswordHash != null || db.Set<IdentityUserPasskey<string>>().Any(passkey => passkey.UserId == user.Id)),
        cancellationToken);

    private void CheckFixed(Dictionary<string, string> wanted, Faults faults)
    {
        var (present, known) = (Settings(Of(options.CurrentValue)), Fixed);
        foreach (var name in Names.Where(name => known.Contains(name.Field) && wanted[name.Setting] != present[name.Setting]))
        {
            faults.Add(new Refusal(409, RefusalCodes.NotAllowed, $"{name.Field} is set by configuration, and cannot be changed here.", name.Field));
        }
    }

    private static ProviderChange Of(OidcOptions oidc) => new ProviderChange
    {
        Issuer = oidc.Authority,
        ClientId = oidc.ClientId,
        ClientSecret = oidc.ClientSecret,
        Scopes = oidc.Scopes,
        GroupClaim = oidc.GroupClaim,
        AdminGroups = oidc.AdminGroups,
    }.Trimmed();

    private static Dictionary<string, string> Settings(ProviderChange change) => new(StringComparer.Ordinal)
    {
        [nameof(OidcOptions.Authority)] = change.Issuer,
        [nameof(OidcOptions.ClientId)] = change.ClientId,
        [nameof(OidcOptions.ClientSecret)] = change.ClientSecret ?? "",
        [nameof(OidcOptions.Scopes)] = change.Scopes,
        [nameof(OidcOptions.GroupClaim)] = change.GroupClaim,
        [nameof(OidcOptions.AdminGroups)] = change.AdminGroups,
    };
}
