using System.Net;
using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>Reads and judges what a caller asks for; adds every fault it finds, and does nothing else.</summary>
internal static class PortForwardRules
{
    private const int MaxSources = 64;

    public static void Check(PortForwardRequest request, IReadOnlyCollection<int> allowPorts, Actor actor, TimeProvider time, Faults faults)
    {
        ExposeRules.CheckPort(request.GuestPort, allowPorts, actor, faults, request.GuestPortField);
        ExposeRules.CheckLabel(request.Label, faults, "label");
        ExposeRules.CheckEnd(request.ExpiresAt, time, faults, "expiresAt");
        CheckSources(request.Sources ?? [], faults);
        if (request.Protocol is not (null or "tcp"))
        {
            faults.Add(Refusal.Invalid("protocol", "protocol is tcp: nothing else is forwarded.", RefusalCodes.InvalidProtocol));
        }
    }

    public static void Check(PortForwardChange change, TimeProvider time, Faults faults)
    {
        ExposeRules.CheckLabel(change.Label, faults, "label");
        ExposeRules.CheckEnd(change.ExpiresAt, time, faults, "expiresAt");
        CheckSources(change.Sources ?? [], faults);
    }

    /// <summary>A network as it is written, or one address as the network of itself; null for anything else.</summary>
    /// <remarks>Bits beyond the prefix are refused: whoever wrote them meant another network, or one address.</remarks>
    public static IPNetwork? ReadSource(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (IpLiteral.Parse(slash < 0 ? text : text[..slash]) is not { IsIPv4MappedToIPv6: false } address)
        {
            return null;
        }

        if (slash < 0)
        {
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        }

        return IPNetwork.TryParse(text, out var network) && network.BaseAddress.Equals(address) ? network : null;
    }

    private static void CheckSources(IReadOnlyList<string> sources, Faults faults)
    {
        if (sources.Count > MaxSources)
        {
            faults.Add(Refusal.Invalid("sources", $"sources takes at most {MaxSources} networks."));
        }

        foreach (var (index, text) in sources.Take(MaxSources).Index())
        {
            if (ReadSource(text) is null)
            {
                faults.Add(Refusal.Invalid($"sources[{index}]", $"sources[{index}] is a network without bits beyond its prefix, such as 203.0.113.0/24 or 2001:db8::/32, or one address."));
            }
        }
    }
}
