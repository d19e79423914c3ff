using Microsoft.Extensions.Options;

namespace PortPortal.Engine.Accounts;

/// <summary>Stops the start with everything that is wrong, in words that name the setting and what it takes.</summary>
internal sealed class AccountsOptionsValidation : IValidateOptions<AccountsOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, AccountsOptions options)
    {
        List<string> faults = [];
        if (options.SignInLifetime < Shortest || options.SignInLifetime > TimeSpan.FromDays(90))
        {
            faults.Add($"Accounts:SignInLifetime takes 00:05:00 to 90.00:00:00, not {options.SignInLifetime}.");
        }

        if (options.LinkLifetime < Shortest || options.LinkLifetime > TimeSpan.FromDays(30))
        {
            faults.Add($"Accounts:LinkLifetime takes 00:05:00 to 30.00:00:00, not {options.LinkLifetime}.");
        }

        if (options.AdminApiKey.Length > 0 && !ApiKeyText.IsAdminKey(options.AdminApiKey))
        {
            faults.Add("PORTPORTAL_ADMIN_API_KEY (Accounts:AdminApiKey) takes pp_ followed by at least 32 letters, digits, hyphens or underscores.");
        }

        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
