using Microsoft.Extensions.Options;

namespace PortPortal.Engine.Accounts;

internal sealed class AccountsOptionsRules : IValidateOptions<AccountsOptions>
{
    public ValidateOptionsResult Validate(string? name, AccountsOptions options) =>
        options.Faults().ToList() is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
}
