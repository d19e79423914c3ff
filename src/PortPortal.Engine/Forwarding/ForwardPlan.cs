using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace PortPortal.Engine.Forwarding;

/// <summary>Everything that shall be forwarded on this machine.</summary>
public sealed partial class ForwardPlan
{
    public static readonly ForwardPlan Empty = new([]);

    private readonly Dictionary<uint, PlannedForward> _sound = [];
    private readonly List<ForwardOutcome> _refused = [];

    public ForwardPlan(IEnumerable<PlannedForward> forwards)
    {
        Forwards = [.. forwards];
        var ports = new HashSet<int>();
        foreach (var forward in Forwards)
        {
            var reason = FaultOf(forward)
                ?? (_sound.ContainsKey(forward.Mark) ? $"Mark {forward.Mark} is in the plan twice." : null)
                ?? (ports.Add(forward.PublicPort) ? null : $"Port {forward.PublicPort} is in the plan twice.");
            if (reason is null)
            {
                _sound.Add(forward.Mark, forward);
                NamesInterfaces |= forward.Interface is not null;
            }
            else
            {
                _refused.Add(new(forward.Mark, ForwardFault.Invalid, reason));
            }
        }
    }

    public ImmutableArray<PlannedForward> Forwards { get; }

    /// <summary>What can be applied, by mark.</summary>
    internal IReadOnlyDictionary<uint, PlannedForward> Sound => _sound;

    /// <summary>Whether any forward is bound to a network interface.</summary>
    internal bool NamesInterfaces { get; }

    /// <summary>What no driver would apply; of two that collide, the later one.</summary>
    internal IReadOnlyList<ForwardOutcome> Refused => _refused;

    /// <summary>The difference to what was in force: new or changed here, and gone or changed there.</summary>
    internal static (List<PlannedForward> Opened, List<PlannedForward> Closed) Changes(IReadOnlyDictionary<uint, PlannedForward> before, IReadOnlyDictionary<uint, PlannedForward> after)
    {
        var opened = after.Values.Where(f => !f.Equals(before.GetValueOrDefault(f.Mark))).ToList();
        var isAllKept = before.Count == after.Count - opened.Count;
        return (opened, isAllKept ? [] : before.Values.Where(f => !f.Equals(after.GetValueOrDefault(f.Mark))).ToList());
    }

    private static string? FaultOf(PlannedForward forward)
    {
        if (forward.Mark is 0 or > PlannedForward.MaxMark)
        {
            return $"A mark is a number from 1 to {PlannedForward.MaxMark}.";
        }

        if (!PublicPorts.Contains(forward.PublicPort))
        {
            return $"Public ports are {PublicPorts.First} to {PublicPorts.Last}.";
        }

        if (forward.Target.Port is < 1 or > 65535)
        {
            return "A target's port is a number from 1 to 65535.";
        }

        if (!IsTarget(forward.Target.Address))
        {
            return $"{forward.Target.Address} is no address of one machine.";
        }

        return forward.Interface is null || InterfaceName().IsMatch(forward.Interface)
            ? null
            : "An interface's name takes letters, digits, '_', '.' and '-', at most 15 characters.";
    }

    private static bool IsTarget(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => !address.Equals(IPAddress.Any) && address.GetAddressBytes()[0] < 224,
        AddressFamily.InterNetworkV6 => !address.Equals(IPAddress.IPv6Any) && !address.IsIPv4MappedToIPv6 && !address.IsIPv6Multicast && !address.IsIPv6LinkLocal,
        _ => false,
    };

    [GeneratedRegex(@"^[A-Za-z0-9_.-]{1,15}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InterfaceName();
}
