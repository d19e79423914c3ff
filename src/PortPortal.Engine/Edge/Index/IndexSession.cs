using System.Globalization;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.Edge.Index;

/// <summary>One session of an index, and its ports in order.</summary>
/// <param name="Url">Its own index.</param>
internal sealed record IndexSession(string Name, Uri Url, IReadOnlyList<IndexPort> Ports)
{
    /// <param name="port">What the asker has reached the edge at: links lead there again.</param>
    public static IReadOnlyList<IndexSession> Of(IEnumerable<ExposureStatus> ports, PublicAddress address, int port)
    {
        var here = address with { Port = port };
        return [.. ports
            .GroupBy(one => (one.SessionName, one.SessionId))
            .OrderBy(session => session.Key.SessionName, StringComparer.Ordinal)
            .ThenBy(session => session.Key.SessionId, StringComparer.Ordinal)
            .Select(session => new IndexSession(
                session.Key.SessionName,
                here.UrlOf(HostOf(session.Key.SessionName, session.Key.SessionId, address)),
                [.. session.OrderBy(one => one.Port).Select(one => new IndexPort(one.Name ?? one.Port.ToString(CultureInfo.InvariantCulture), one.Port, one.Label, here.UrlOf(one.Url.Host)))]))];
    }

    /// <summary>A name that ends in a number, or begins with one, would be read as a port of a session.</summary>
    private static string HostOf(string name, string id, PublicAddress address)
    {
        var host = $"{name}.{address.BaseDomain}";
        return ExposureHostname.TryParse(host, address.BaseDomain) is ExposureHostname.OfSession ? host : $"{id}.{address.BaseDomain}";
    }
}

/// <param name="Name">The endpoint's own name, or its port in digits.</param>
internal sealed record IndexPort(string Name, int Port, string? Label, Uri Url);
