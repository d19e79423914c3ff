using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Nodes.Protocol;
using PortPortal.Engine.Tunnels.WireGuard;

namespace PortPortal.Engine.Agent;

/// <summary>This machine's end of the tunnel, with the echo that the edge listens for.</summary>
internal sealed class AgentTunnel(Enrolment enrolment, IOptions<NodesOptions> options, TimeProvider time, ILogger<WireGuardTunnel> logger) : IAsyncDisposable
{
    /// <summary>The edge keeps the path open by its heartbeats; this is for when it is silent.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SilentFor = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan CallInterval = TimeSpan.FromSeconds(5);

    private readonly WireGuardTunnel _tunnel = new(logger);
    private TunnelEcho? _echo;
    private IPAddress? _echoAt;
    private long _calledAt; // Interlocked

    public event Action? Disturbed
    {
        add => _tunnel.Disturbed += value;
        remove => _tunnel.Disturbed -= value;
    }

    /// <summary>True where the other end has gone silent and a new call might help.</summary>
    public bool IsSilent => _echo is { } echo && echo.Silence > SilentFor && time.GetElapsedTime(Interlocked.Read(ref _calledAt)) > CallInterval;

    /// <summary>One caller at a time.</summary>
    /// <param name="portalAddress">Where the portal was reached, for an edge that is called there too.</param>
    /// <returns>What carries it, and why nothing does.</returns>
    public async Task<(string? Device, string? Fault)> ApplyAsync(DesiredTunnel? desired, IPAddress? portalAddress, CancellationToken cancellationToken)
    {
        if (desired is null || options.Value.WireGuard == WireGuardUse.Off)
        {
            await DownAsync(cancellationToken);
            return (null, desired is null ? null : "The setting Nodes:WireGuard says Off on this machine.");
        }

        if (PlanOf(desired, portalAddress) is not { } plan)
        {
            return (null, "The portal's plan for the tunnel cannot be read, or its address is not known yet.");
        }

        // An edge that began anew knows no session; a peer that is made anew calls at once, an old one only after 15 s.
        if (IsSilent)
        {
            Interlocked.Exchange(ref _calledAt, time.GetTimestamp());
            await _tunnel.ApplyAsync(plan with { Peers = [] }, cancellationToken);
        }

        var report = await _tunnel.ApplyAsync(plan, cancellationToken);
        if (report.Fault is null && !EchoAt(plan.Address, plan.Peers[0].Address))
        {
            return (null, "The tunnel's own address cannot be used.");
        }

        return report.Fault is null ? (report.Device, null) : (null, report.Fault);
    }

    public async ValueTask DisposeAsync()
    {
        _echo?.Dispose();
        await _tunnel.DisposeAsync();
    }

    private async Task DownAsync(CancellationToken cancellationToken)
    {
        _echo?.Dispose();
        (_echo, _echoAt) = (null, null);
        await _tunnel.RemoveAsync(cancellationToken);
    }

    private bool EchoAt(IPAddress own, IPAddress edge)
    {
        if (_echo is not null && own.Equals(_echoAt))
        {
            return true;
        }

        try
        {
            _echo?.Dispose();
            _echo = null;
            (_echo, _echoAt) = (new(own, edge, time), own);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private WireGuardPlan? PlanOf(DesiredTunnel desired, IPAddress? portalAddress)
    {
        var edgeHost = IPAddress.TryParse(desired.EdgeHost, out var given) ? given : portalAddress;
        return edgeHost is not null
            && IPAddress.TryParse(desired.Address, out var address)
            && IPAddress.TryParse(desired.EdgeAddress, out var edgeAddress)
            && IPNetwork.TryParse(desired.Network, out var network)
            && WireGuardKey.TryParse(desired.EdgeKey, out var edgeKey)
            ? new()
            {
                Interface = options.Value.Interface,
                Identity = enrolment.LoadTunnelIdentity(),
                Address = address,
                Network = network,
                Mtu = desired.Mtu,
                Guard = TunnelGuard.Node,
                Peers = [new() { PublicKey = edgeKey, Address = edgeAddress, Endpoint = new(edgeHost, desired.EdgePort), KeepAlive = KeepAlive }],
            }
            : null;
    }
}
