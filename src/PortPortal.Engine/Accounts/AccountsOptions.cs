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
}
