using Microsoft.Extensions.Options;

namespace PortPortal.Engine.Forwarding;

/// <summary>Finds everything wrong with the section <c>Forwarding</c> at once.</summary>
internal sealed class ForwardingOptionsValidation : IValidateOptions<ForwardingOptions>
{
    private const int LongestHost = 253; // RFC 1035

    public ValidateOptionsResult Validate(string? name, ForwardingOptions options) =>
        options.PublicHost.Length == 0 || (options.PublicHost.Length <= LongestHost && Uri.CheckHostName(options.PublicHost) != UriHostNameType.Unknown)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{ForwardingOptions.Section}:PublicHost takes a host name or an IP address, without a port; it is '{options.PublicHost}'.");
}
