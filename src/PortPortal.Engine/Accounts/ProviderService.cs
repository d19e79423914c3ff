using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Accounts;

/// <summary>An admin's work on the identity provider: set it up, change it, take it away, all while people work. Local accounts are never touched.</summary>
internal sealed class ProviderService(ProviderFile file, IConfiguration configuration, IOptionsMonitor<OidcOptions> options, Database database, TimeProvider time)
{
    private static readonly Refusal AdminsOnly = new(403, RefusalCodes.NotAllowed, "Only admins may change the identity provider.");
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
    /// <remarks>A secret is kept for the issuer it was entered for, and sent to no other.</remarks>
    /// <returns>False where nothing differs.</returns>
    public async Task<Outcome<bool>> SaveAsync(ProviderChange change, Actor actor, CancellationToken cancellationToken)
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
        return faults.Count > 0 ? faults : await WriteAsync(wanted, $"Set the identity provider “{new Uri(change.Issuer).Host}”", actor, cancellationToken);
    }

    /// <summary>Takes the provider away: from now on people sign in with local accounts alone; whoever is signed in stays so.</summary>
    /// <returns>False where there was none.</returns>
    public async Task<Outcome<bool>> ClearAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.IsAdmin)
        {
            return AdminsOnly;
        }

        var present = options.CurrentValue;
        if (!present.IsConfigured)
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

        return await WriteAsync(none, $"Took away the identity provider “{present.ProviderName}”", actor, cancellationToken);
    }

    private async Task<Outcome<bool>> WriteAsync(Dictionary<string, string> wanted, string act, Actor actor, CancellationToken cancellationToken) => await database.InTurnAsync<Outcome<bool>>(
        async db =>
        {
            var present = Settings(Of(options.CurrentValue));
            var changed = Names.Where(name => wanted[name.Setting] != present[name.Setting]).Select(name => name.Word).ToList();
            if (changed.Count == 0)
            {
                return false;
            }

            var (before, elsewhere) = (file.Read(), file.SetElsewhere(configuration));
            try
            {
                file.Save(wanted.Where(pair => !elsewhere.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return new Refusal(507, RefusalCodes.StorageFull, $"The data directory does not take provider.json: {exception.Message}");
            }

            try
            {
                db.Add(AuditEntry.By(actor, time, "provider.changed", $"{act}; changed: {string.Join(", ", changed)}."));
                await db.SaveChangesAsync(cancellationToken);
                return true;
            }
            catch
            {
                file.Save(before); // nothing is in force that nobody can read of
                throw;
            }
        },
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
