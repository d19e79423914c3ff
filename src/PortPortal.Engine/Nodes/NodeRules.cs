using PortPortal.Engine.Common;

namespace PortPortal.Engine.Nodes;

/// <summary>What may be asked of a node that is announced.</summary>
internal static class NodeRules
{
    private static readonly TimeSpan ShortestToken = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestToken = TimeSpan.FromDays(7);

    public static void Check(NodeRequest request, Faults faults)
    {
        if (request.Name is not { } name || !DnsLabel.IsWellFormed(name) || name is "local")
        {
            faults.Add(Refusal.Invalid("name", $"name {DnsLabel.Rule}, and is not “local”.", RefusalCodes.InvalidName));
        }

        if (request.Host is { } host && (host.Length > 253 || Uri.CheckHostName(host) is UriHostNameType.Unknown))
        {
            faults.Add(Refusal.Invalid("host", "host is the DNS name or the IP address under which the world reaches the machine."));
        }

        if (request.TokenLife is { } life && (life < ShortestToken || life > LongestToken))
        {
            faults.Add(Refusal.Invalid("ttlSeconds", $"ttlSeconds is {ShortestToken.TotalSeconds} to {LongestToken.TotalSeconds}: how long the join token can be used."));
        }
    }
}
