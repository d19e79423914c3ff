using System.Net;
using Microsoft.Extensions.Options;

namespace PortPortal.Engine.Nodes;

/// <summary>The section <c>Nodes</c>: how other machines are reached.</summary>
public sealed class NodesOptions
{
    public const string Section = "Nodes";

    /// <summary><c>Auto</c>: WireGuard where this process may and can, else the nodes' streams; <c>Off</c>: streams only.</summary>
    public WireGuardUse WireGuard { get; set; } = WireGuardUse.Auto;

    /// <summary>The interface of this end.</summary>
    public string Interface { get; set; } = "ppwg0";

    /// <summary>The UDP port that nodes call.</summary>
    public int Port { get; set; } = 51820;

    /// <summary>Where nodes call it, as address and port, where that is not where they reach the portal.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>Private addresses for the ends of tunnels; the first one is the edge's.</summary>
    public string Network { get; set; } = "10.213.0.0/16";

    public int Mtu { get; set; } = 1420;

    /// <summary>How long a node or its tunnel may be silent before it counts as lost.</summary>
    public TimeSpan LostAfter { get; set; } = TimeSpan.FromSeconds(1.7);

    /// <summary>How old the key of this machine's end of the tunnel gets before another takes its place; zero for never.</summary>
    public TimeSpan KeyLifetime { get; set; } = TimeSpan.FromDays(30);

    internal IPNetwork TunnelNetwork => IPNetwork.Parse(Network);

    internal IPAddress EdgeAddress => AddressOf(1);

    internal IPAddress AddressOf(int number)
    {
        var bytes = TunnelNetwork.BaseAddress.GetAddressBytes();
        (bytes[2], bytes[3]) = ((byte)(bytes[2] | (number >> 8)), (byte)(bytes[3] | (number & 0xFF)));
        return new(bytes);
    }

    /// <summary>How many ends there can be, the edge's included.</summary>
    internal int Capacity => Math.Min(1 << 16, 1 << (32 - TunnelNetwork.PrefixLength)) - 2;
}

public enum WireGuardUse
{
    Auto,
    Off,
}

internal sealed class NodesOptionsValidation : IValidateOptions<NodesOptions>
{
    private const int MaxInterfaceLength = 15; // IFNAMSIZ less its zero

    public ValidateOptionsResult Validate(string? name, NodesOptions options)
    {
        var faults = new List<string>();
        if (options.Interface.Length is 0 or > MaxInterfaceLength || !options.Interface.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'))
        {
            faults.Add($"Nodes:Interface takes 1 to {MaxInterfaceLength} letters, digits, '_', '-' and '.'; it is '{options.Interface}'.");
        }

        if (options.Port is < 1 or > 65535)
        {
            faults.Add($"Nodes:Port takes a UDP port from 1 to 65535; it is {options.Port}.");
        }

        if (options.Endpoint.Length > 0 && !IPEndPoint.TryParse(options.Endpoint, out _))
        {
            faults.Add($"Nodes:Endpoint takes an IP address and a port, such as 203.0.113.7:51820; it is '{options.Endpoint}'.");
        }

        if (!IPNetwork.TryParse(options.Network, out var network) || network.BaseAddress.GetAddressBytes().Length != 4 || network.PrefixLength is < 16 or > 29)
        {
            faults.Add($"Nodes:Network takes an IPv4 network with a prefix of 16 to 29, such as 10.213.0.0/16; it is '{options.Network}'.");
        }

        if (options.Mtu is < 1280 or > 9000)
        {
            faults.Add($"Nodes:Mtu takes 1280 to 9000; it is {options.Mtu}.");
        }

        if (options.LostAfter < TimeSpan.FromSeconds(1) || options.LostAfter > TimeSpan.FromMinutes(5))
        {
            faults.Add($"Nodes:LostAfter takes a time from 00:00:01 to 00:05:00; it is {options.LostAfter}.");
        }

        if (options.KeyLifetime != TimeSpan.Zero && (options.KeyLifetime < TimeSpan.FromMinutes(1) || options.KeyLifetime > TimeSpan.FromDays(3650)))
        {
            faults.Add($"Nodes:KeyLifetime takes a time from 00:01:00 to 3650.00:00:00, or 00:00:00 for never; it is {options.KeyLifetime}.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
