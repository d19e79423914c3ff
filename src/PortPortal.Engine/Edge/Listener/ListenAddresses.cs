using System.Net;
using System.Net.Sockets;

namespace PortPortal.Engine.Edge.Listener;

/// <summary>Reads <see cref="EdgeOptions.Bind"/>.</summary>
internal static class ListenAddresses
{
    /// <returns>Null where a part is neither a word we know nor an IP address.</returns>
    public static IReadOnlyList<IPAddress>? Parse(string bind)
    {
        var addresses = new List<IPAddress>();
        foreach (var part in bind.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part is "loopback" or "localhost")
            {
                addresses.AddRange(Usable(IPAddress.IPv6Loopback) ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback]);
            }
            else if (part is "any" or "*")
            {
                // Kestrel makes [::] a socket for both families.
                addresses.Add(Usable(IPAddress.IPv6Any) ? IPAddress.IPv6Any : IPAddress.Any);
            }
            else if (IPAddress.TryParse(part, out var address) && (address.AddressFamily == AddressFamily.InterNetworkV6 || part.Count(c => c == '.') == 3))
            {
                addresses.Add(address);
            }
            else
            {
                return null;
            }
        }

        return [.. addresses.Distinct()];
    }

    /// <summary>False on machines whose IPv6 is switched off, where the other family has to do.</summary>
    private static bool Usable(IPAddress address)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
