using System.Net;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Sessions;

/// <summary>Which addresses a session may have.</summary>
public sealed class SessionAddressPolicy
{
    private readonly IPNetwork[] _private = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("fc00::/7")];

    /// <summary>Null where a session may have <paramref name="text"/> as its address.</summary>
    public Refusal? Check(string text, bool isAdmin) =>
        IPAddress.TryParse(text, out var address) && (_private.Any(network => network.Contains(address)) || (isAdmin && IPAddress.IsLoopback(address)))
            ? null
            : Refusal.Invalid("address", "address is an IP address in a private range.", RefusalCodes.InvalidAddress);
}
