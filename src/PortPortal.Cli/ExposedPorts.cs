using System.Globalization;
using PortPortal.Sdk;

namespace PortPortal.Cli;

/// <summary>Finds the open port that someone means, or says which there are.</summary>
internal static class ExposedPorts
{
    public static async Task<ExposedPortInfo> FindAsync(this PortPortalClient client, PortAddress address, CancellationToken cancellationToken)
    {
        var session = await client.Session(address.Session).GetAsync(cancellationToken);
        var found = session.ExposedPorts.FirstOrDefault(port => address.Port is { } number ? port.Port == number : port.Name == address.Endpoint);
        return found ?? throw new Failure(ExitCodes.NotFound, $"{session.Name} has no open {(address.Port is null ? "endpoint" : "port")} “{address.Port?.ToString(CultureInfo.InvariantCulture) ?? address.Endpoint}”. {Open(session)}");
    }

    /// <summary>Its endpoints by name, and by number where they have none.</summary>
    public static string Names(this SessionInfo session) => string.Join(", ", session.ExposedPorts.Select(EndpointName));

    public static string EndpointName(this ExposedPortInfo port) => port.Name ?? port.Port.ToString(CultureInfo.InvariantCulture);

    public static string Open(SessionInfo session) => session.ExposedPorts.Count == 0
        ? $"It has no open ports: portportal expose {session.Name}:PORT opens one."
        : $"It has: {session.Names()}.";
}
