using System.Net;
using Microsoft.Extensions.Options;

namespace PortPortal.Engine.Sessions;

/// <summary>Judges the section <c>Sessions</c> at start-up.</summary>
internal sealed class SessionOptionsRules : IValidateOptions<SessionOptions>
{
    public ValidateOptionsResult Validate(string? name, SessionOptions options)
    {
        var faults = options.AllowedAddresses
            .Where(network => !IPNetwork.TryParse(network, out _))
            .Select(network => $"Sessions:AllowedAddresses holds “{network}”: give networks as address and prefix, such as 10.0.0.0/8.")
            .ToList();
        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
