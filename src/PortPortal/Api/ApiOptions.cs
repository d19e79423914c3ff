using Microsoft.Extensions.Options;

namespace PortPortal.Api;

/// <summary>The section <c>Api</c>: how often one key or person may call.</summary>
public sealed class ApiOptions
{
    public const string Section = "Api";

    /// <summary>In the long run; 0 = no limit.</summary>
    public double RequestsPerSecond { get; set; } = 200;

    /// <summary>At once.</summary>
    public int RequestBurst { get; set; } = 1000;
}

internal sealed class ApiOptionsValidation : IValidateOptions<ApiOptions>
{
    public ValidateOptionsResult Validate(string? name, ApiOptions options)
    {
        var faults = new List<string>();
        if (options.RequestsPerSecond is not (>= 0 and <= 1_000_000))
        {
            faults.Add("Api:RequestsPerSecond takes a number from 0 (no limit) to 1000000.");
        }

        if (options.RequestBurst is < 1 or > 1_000_000)
        {
            faults.Add("Api:RequestBurst takes a whole number from 1 to 1000000.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
