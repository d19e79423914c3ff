using System.Net;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Certificates;

namespace PortPortal.Engine.Edge.Listener;

/// <summary>Finds everything wrong with the section <c>Edge</c> and <c>Portal:Url</c> at once.</summary>
internal sealed class EdgeOptionsValidation : IValidateOptions<EdgeOptions>
{
    private const int LongestBaseDomain = 125; // leaves room for {endpoint}.{name}. of 63 characters each within 253

    public ValidateOptionsResult Validate(string? name, EdgeOptions options)
    {
        var faults = new List<string>();
        Port("Edge:Port", options.Port);
        if (options.PublicPort is { } publicPort)
        {
            Port("Edge:PublicPort", publicPort);
        }

        if (ListenAddresses.Parse(options.Bind) is null)
        {
            faults.Add($"Edge:Bind takes 'loopback', 'any', or IP addresses with commas between; it is '{options.Bind}'.");
        }

        if (!IsDomain(options.BaseDomain))
        {
            faults.Add($"Edge:BaseDomain takes a domain such as 'localhost' or 'fleet.example.com', at most {LongestBaseDomain} characters, international ones as xn--…; it is '{options.BaseDomain}'.");
        }

        if (PortalFault(options) is { } portalFault)
        {
            faults.Add(portalFault);
        }

        Connections("Edge:MaxConnections", options.MaxConnections, DescriptorLimit.MaxConnections);
        Connections("Edge:MaxUpgradedConnections", options.MaxUpgradedConnections, options.MaxConnections ?? DescriptorLimit.MaxConnections);
        Seconds("Edge:HandshakeTimeout", options.HandshakeTimeout, 10);
        Seconds("Edge:HeadersTimeout", options.HeadersTimeout, 10);
        Seconds("Edge:KeepAliveTimeout", options.KeepAliveTimeout, 600);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Port(string setting, int value)
        {
            if (value is < 1 or > 65_535)
            {
                faults.Add($"{setting} takes a whole number from 1 to 65535; it is {value}.");
            }
        }

        void Connections(string setting, int? value, int most)
        {
            if (value < 1 || value > most)
            {
                faults.Add($"{setting} takes a whole number from 1 to {most}, as many as the process may hold open here; it is {value}.");
            }
        }

        void Seconds(string setting, TimeSpan value, int most)
        {
            if (value < TimeSpan.FromSeconds(1) || value > TimeSpan.FromSeconds(most))
            {
                faults.Add($"{setting} takes 00:00:01 to {TimeSpan.FromSeconds(most)}; it is {value}.");
            }
        }
    }

    private static string? PortalFault(EdgeOptions options)
    {
        if (options.PortalUrl.Length == 0)
        {
            return null;
        }

        if (!Uri.TryCreate(options.PortalUrl, UriKind.Absolute, out var url) || url.Scheme != "https" || url.PathAndQuery != "/" || url.Fragment.Length > 0
            || url.UserInfo.Length > 0 || !IsDomain(url.IdnHost))
        {
            return $"Portal:Url takes an https address with a host name and no path, such as https://portal.example.com; it is '{options.PortalUrl}'.";
        }

        var port = options.PublicPort ?? options.Port;
        return url.Port == port
            ? null
            : $"Portal:Url names port {url.Port}, but visitors reach this edge on port {port}: add the port to Portal:Url, or set Edge:PublicPort to {url.Port} where something in front forwards it.";
    }

    private static bool IsDomain(string text) =>
        text.Length <= LongestBaseDomain && ServerName.IsWellFormed(text.ToLowerInvariant()) && !IPAddress.TryParse(text, out _);
}
