using PortPortal.Sdk;

namespace PortPortal.Cli.Projects;

/// <summary>What a running project is told about its own endpoints, and about nobody else's.</summary>
internal static class EndpointVariables
{
    /// <summary><c>PORTPORTAL_URL_WEB</c> as visitors open it; <c>MOAT_URL_WEB</c> and <c>MOAT_HOST_WEB</c> as moat has them.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(IEnumerable<ExposedPortInfo> ports) =>
        from port in ports
        let suffix = port.Name?.ToUpperInvariant().Replace('-', '_')
        where suffix is not null
        from pair in new[]
        {
            KeyValuePair.Create($"PORTPORTAL_URL_{suffix}", port.Url.GetLeftPart(UriPartial.Authority)),
            KeyValuePair.Create($"MOAT_URL_{suffix}", $"http://{port.Url.Authority}"),
            KeyValuePair.Create($"MOAT_HOST_{suffix}", port.Url.Authority),
        }
        select pair;
}
