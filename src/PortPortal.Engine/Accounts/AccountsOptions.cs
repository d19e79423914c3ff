namespace PortPortal.Engine.Accounts;

/// <summary>The section <c>Accounts</c>: how long a sign-in lasts, and the key for automation.</summary>
public sealed class AccountsOptions
{
    public const string Section = "Accounts";

    /// <summary>A browser signs in again after this time; 5 minutes to 90 days.</summary>
    public TimeSpan SignInLifetime { get; set; } = TimeSpan.FromDays(14);

    /// <summary>How long an invitation or reset link works; 5 minutes to 30 days.</summary>
    public TimeSpan LinkLifetime { get; set; } = TimeSpan.FromDays(3);

    /// <summary>From <c>PORTPORTAL_ADMIN_API_KEY</c>: acts as an admin. Empty: there is none.</summary>
    public string AdminApiKey { get; set; } = "";

    /// <summary>Everything that is wrong, in words that name the setting and what it takes.</summary>
    public IEnumerable<string> Faults()
    {
        if (SignInLifetime < TimeSpan.FromMinutes(5) || SignInLifetime > TimeSpan.FromDays(90))
        {
            yield return $"Accounts:SignInLifetime takes 00:05:00 to 90.00:00:00, not {SignInLifetime}.";
        }

        if (LinkLifetime < TimeSpan.FromMinutes(5) || LinkLifetime > TimeSpan.FromDays(30))
        {
            yield return $"Accounts:LinkLifetime takes 00:05:00 to 30.00:00:00, not {LinkLifetime}.";
        }

        if (AdminApiKey.Length > 0 && !ApiKeyText.IsAdminKey(AdminApiKey))
        {
            yield return "PORTPORTAL_ADMIN_API_KEY takes pp_ followed by at least 32 letters, digits, hyphens or underscores.";
        }
    }
}
