using Microsoft.Extensions.Options;

namespace PortPortal.Engine.Audit;

internal sealed class AuditOptionsValidation : IValidateOptions<AuditOptions>
{
    public ValidateOptionsResult Validate(string? name, AuditOptions options) =>
        options.KeepFor >= TimeSpan.FromDays(1) && options.KeepFor <= TimeSpan.FromDays(3653)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Audit:KeepFor takes 1.00:00:00 to 3653.00:00:00, not {options.KeepFor}.");
}
