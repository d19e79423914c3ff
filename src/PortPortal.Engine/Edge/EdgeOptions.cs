using PortPortal.Engine.Common;

namespace PortPortal.Engine.Edge;

/// <summary>The section <c>Edge</c>: where the edge listens, under which names the world knows it, and how much it takes on.</summary>
public sealed class EdgeOptions
{
    public const string Section = "Edge";

    /// <summary>HTTPS and plain HTTP on one port; <c>--port</c>, <c>PORTPORTAL_PROXY_PORT</c>.</summary>
    public int Port { get; set; } = 8443;

    /// <summary>The port in links, where something in front forwards another one to <see cref="Port"/>.</summary>
    public int? PublicPort { get; set; }

    /// <summary><c>loopback</c> (127.0.0.1 and ::1), <c>any</c>, or IP addresses with commas between; <c>--bind</c>, <c>PORTPORTAL_BIND</c>.</summary>
    public string Bind { get; set; } = "loopback";

    /// <summary>The domain above all exposures; <c>--base-domain</c>, <c>PORTPORTAL_BASE_DOMAIN</c>.</summary>
    public string BaseDomain { get; set; } = "localhost";

    /// <summary>The setting <c>Portal:Url</c>: a portal host of its own instead of <c>portal.</c> and the base domain.</summary>
    public string PortalUrl { get; set; } = "";

    /// <summary>Open connections of all kinds; unset: as many as the descriptor limit carries, two for each.</summary>
    public int? MaxConnections { get; set; }

    /// <summary>WebSockets and other upgraded connections among them; unset: all but one in twenty, so that requests always find room.</summary>
    public int? MaxUpgradedConnections { get; set; }

    /// <summary>From the first packet to the end of the TLS handshake.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>For the head of one request.</summary>
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an idle connection waits for its next request.</summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>Runs requests on the thread that read them from the socket: faster, as long as nothing blocks.</summary>
    public bool UnsafePreferInlineScheduling { get; set; }

    /// <summary>The names and the port for links and certificates. Only of validated options.</summary>
    public PublicAddress PublicAddress
    {
        get
        {
            var baseDomain = BaseDomain.ToLowerInvariant();
            var portalHost = PortalUrl.Length == 0 ? $"portal.{baseDomain}" : new Uri(PortalUrl).IdnHost;
            return new(baseDomain, portalHost, PublicPort ?? Port);
        }
    }
}
