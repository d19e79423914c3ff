using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;
using PortPortal.Engine.Nodes;

namespace PortPortal.Engine.Sessions;

/// <summary>Which addresses a session may have: judged when it is registered, and again at every dial.</summary>
internal sealed class SessionAddressPolicy(IOptions<SessionOptions> options, OwnListeners own, IOptions<NodesOptions>? nodes = null)
{
    /// <summary>In force where <c>Sessions:AllowedAddresses</c> names nothing: RFC 1918 and RFC 4193.</summary>
    public static readonly IList<string> PrivateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

    private readonly IPNetwork[] _allowed = [.. (options.Value.AllowedAddresses.Count > 0 ? options.Value.AllowedAddresses : PrivateRanges).Select(IPNetwork.Parse)];

    /// <summary>Ends of tunnels: whoever could name one would reach another's session without passing its gate.</summary>
    private readonly IPNetwork _tunnels = (nodes?.Value ?? new()).TunnelNetwork;

    /// <summary>Null where a session may have <paramref name="text"/> as its address.</summary>
    public Refusal? Check(string text, bool isAdmin) => IpLiteral.Parse(text) switch
    {
        null => Refuse($"“{Shown(text)}” is not an IP address: give it as {IpLiteral.Rule}."),
        { AddressFamily: AddressFamily.InterNetworkV6 } address when text.Contains('.') && ForbiddenNetworks.Find(address) is null =>
            Refuse($"{Shown(text)} mixes two notations: write {address}."),
        var address => Check(address, isAdmin),
    };

    /// <summary>Null where PortPortal may connect to <paramref name="target"/> for a session.</summary>
    public Refusal? CheckDial(IPEndPoint target, bool isAdmin) =>
        Check(target.Address, isAdmin)
        ?? (own.Answer(target) ? Refuse($"{target} is PortPortal itself: give the address of the app.") : null);

    private Refusal? Check(IPAddress address, bool isAdmin)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0)
        {
            return Refuse($"{address} is tied to a network interface: give an address without a zone.");
        }

        if (ForbiddenNetworks.Find(address) is { } what)
        {
            return Refuse($"{address} is {what}; no session may have it, whatever the settings say.");
        }

        if (_tunnels.Contains(address))
        {
            return Refuse($"{address} lies in Nodes:Network ({_tunnels}), where the ends of tunnels have their addresses.");
        }

        if (IPAddress.IsLoopback(address))
        {
            return isAdmin ? null : Refuse($"{address} is this machine's loopback, which is for admins only.");
        }

        return Array.Exists(_allowed, network => network.Contains(address))
            ? null
            : Refuse($"{address} lies outside Sessions:AllowedAddresses ({string.Join(", ", _allowed)}).");
    }

    private static string Shown(string text) => text.Length <= 64 ? text : text[..64] + "…";

    private static Refusal Refuse(string reason) => Refusal.Invalid("address", $"address {reason}", RefusalCodes.InvalidAddress);
}
