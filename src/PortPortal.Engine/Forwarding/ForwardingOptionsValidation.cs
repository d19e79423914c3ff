using Microsoft.Extensions.Options;

namespace PortPortal.Engine.Forwarding;

/// <summary>Finds everything wrong with the section <c>Forwarding</c> at once.</summary>
internal sealed class ForwardingOptionsValidation : IValidateOptions<ForwardingOptions>
{
    private const int LongestHost = 253; // RFC 1035
    private static readonly TimeSpan ShortestKnock = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestKnock = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, ForwardingOptions options)
    {
        var faults = new List<string>();
        if (options.PublicHost.Length > LongestHost || (options.PublicHost.Length > 0 && Uri.CheckHostName(options.PublicHost) == UriHostNameType.Unknown))
        {
            faults.Add($"{ForwardingOptions.Section}:PublicHost takes a host name or an IP address, without a port; it is '{options.PublicHost}'.");
        }

        if (options.KnockLifetime < ShortestKnock || options.KnockLifetime > LongestKnock)
        {
            faults.Add($"{ForwardingOptions.Section}:KnockLifetime lies between {ShortestKnock:c} and 1 day; it is {options.KnockLifetime:c}.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
