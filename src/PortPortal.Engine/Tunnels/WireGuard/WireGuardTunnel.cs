using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace PortPortal.Engine.Tunnels.WireGuard;

/// <summary>One WireGuard interface of this machine: by the kernel where it can, else by <c>wireguard-go</c>.</summary>
/// <remarks>
/// Disposing it takes the interface away. A process that was killed leaves it, with the program that carries it, and the next one takes both over.
/// </remarks>
public sealed partial class WireGuardTunnel(ILogger<WireGuardTunnel> logger) : ITunnelDriver<WireGuardPlan, WireGuardReport>
{
    /// <summary>UDP; where <see cref="TunnelEcho"/> answers inside the tunnel.</summary>
    public const int HeartbeatPort = 51821;

    /// <summary>Bytes that a packet grows by where the device counts it: header, counter and tag.</summary>
    public const int Overhead = 32;

    private const int CapNetAdmin = 12;
    private const int MostCalls = 5;
    private const int LooksPerCall = 4;
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);
    private readonly SemaphoreSlim _turn = new(1, 1); // guards the fields below
    private IWireGuardDevice? _device;
    private string? _interface;
    private int _disposed; // Interlocked

    /// <summary>Raised when the program that carries the tunnel has ended; apply the plan again.</summary>
    public event Action? Disturbed;

    /// <summary>Why this process cannot have a tunnel at all, to stand after "because"; null where nothing is known to be in the way.</summary>
    public static string? Obstacle()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "WireGuard is driven on Linux only";
        }

        if (!HasNetAdmin())
        {
            return "CAP_NET_ADMIN is missing";
        }

        return new[] { ("ip", "iproute2"), ("nft", "nftables") }.FirstOrDefault(need => SystemProgram.Find(need.Item1) is null) is ({ } program, var package)
            ? $"the program {program} is not installed (Debian package {package})"
            : null;
    }

    public async Task<WireGuardReport> ApplyAsync(WireGuardPlan plan, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (Obstacle() is { } obstacle)
            {
                return new($"There is no WireGuard here, because {obstacle}.", null);
            }

            // 1. The guard stands before the first packet can come.
            await SystemProgram.RunAsync("nft", ["-f", "-"], TunnelGuardScript.Render(plan.Guard, plan.Interface, HeartbeatPort, GetUserId()), cancellationToken);

            // 2. An interface: the one that is there, or a new one.
            var device = await FindOrMakeAsync(plan.Interface, cancellationToken);
            (_device, _interface) = (device, plan.Interface);

            // 3. Keys and peers, then address and size.
            await device.ConfigureAsync(plan, cancellationToken);
            await SystemProgram.RunAsync("ip", ["-batch", "-"], LinkScript(plan), cancellationToken);
            return new(null, device.Name);
        }
        catch (TunnelException exception)
        {
            Log.NotApplied(logger, plan.Interface, exception.Message);
            return new($"The tunnel is not up: {exception.Message}.", _device?.Name);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Makes the peers of the interface that is up equal to the plan; whatever else the plan says was applied before.</summary>
    /// <exception cref="TunnelException">It does not answer, or refused.</exception>
    public async Task RefreshAsync(WireGuardPlan plan, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await (_device?.ConfigureAsync(plan, cancellationToken) ?? Task.CompletedTask);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Handshakes and bytes of the moment; null where there is no tunnel.</summary>
    public async Task<WireGuardStatus?> ReadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return _device is null ? null : await _device.ReadAsync(cancellationToken);
        }
        catch (TunnelException)
        {
            return null;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Calls those silent ends anew that have forgotten their session; does nothing to any other.</summary>
    /// <param name="silent">The peers of the plan whose heartbeats are overdue.</param>
    /// <param name="silence">Of this tunnel, kept between the calls.</param>
    public async Task CallAsync(IReadOnlyCollection<WireGuardPeer> silent, PeerSilence silence, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var found = silent.Count == 0 || _device is null ? [] : (await _device.ReadAsync(cancellationToken)).Peers;
            var byKey = silent.ToDictionary(peer => peer.PublicKey);
            foreach (var key in silence.Due([.. found.Where(peer => byKey.ContainsKey(peer.PublicKey))]))
            {
                var peer = byKey[key];
                await _device!.RenewAsync(peer with { Endpoint = peer.Endpoint ?? found.First(known => known.PublicKey == key).Endpoint }, cancellationToken);
                Log.Called(logger, peer.Address, _interface!);
            }
        }
        catch (TunnelException)
        {
            // It is being made anew; so are its sessions.
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Waits for the first handshake after a change of keys, and calls anew while none comes.</summary>
    /// <remarks>WireGuard repeats a call that was lost, or that crossed the other end's, after 5 s only.</remarks>
    /// <param name="peer">With the endpoint to call; its session began with the change.</param>
    public async Task ShakeAsync(WireGuardPeer peer, CancellationToken cancellationToken)
    {
        for (var call = 0; call < MostCalls; call++)
        {
            for (var look = 0; look < LooksPerCall; look++)
            {
                await Task.Delay(LookInterval, cancellationToken);
                if ((await ReadAsync(cancellationToken))?.Peers.FirstOrDefault(known => known.PublicKey == peer.PublicKey) is not { LastHandshake: null })
                {
                    return;
                }
            }

            await RenewAsync(peer, cancellationToken);
        }
    }

    /// <summary>Takes the interface away, where this process has made or taken over one.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_interface is { } name)
            {
                (_device, _interface) = (Forget(_device), null);
                await TryAsync("ip", ["link", "del", "dev", name], "", cancellationToken);
                await TryAsync("nft", ["-f", "-"], TunnelGuardScript.RenderRemoval(name), cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await RemoveAsync(deadline.Token);
        _turn.Dispose();
    }

    private async Task RenewAsync(WireGuardPeer peer, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await (_device?.RenewAsync(peer, cancellationToken) ?? Task.CompletedTask);
        }
        catch (TunnelException)
        {
            // It is being made anew; so are its sessions.
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<IWireGuardDevice> FindOrMakeAsync(string name, CancellationToken cancellationToken)
    {
        if (_device is not null && await AnswersAsync(_device, cancellationToken))
        {
            return _device;
        }

        _device = Forget(_device);
        var left = new UapiDevice(UapiDevice.SocketOf(name));
        if (Directory.Exists($"/sys/class/net/{name}") && File.Exists(UapiDevice.SocketOf(name)) && await AnswersAsync(left, cancellationToken))
        {
            Log.TakenOver(logger, name);
            return left;
        }

        await TryAsync("ip", ["link", "add", "dev", name, "type", "wireguard"], "", cancellationToken);
        var kernel = new KernelDevice(name);
        return SystemProgram.Find("wg") is not null && await AnswersAsync(kernel, cancellationToken)
            ? kernel
            : await WireGuardGo.StartAsync(name, () => Disturbed?.Invoke(), cancellationToken);
    }

    internal static string LinkScript(WireGuardPlan plan) => string.Create(CultureInfo.InvariantCulture, $"""
        link set dev {plan.Interface} mtu {plan.Mtu} up
        address replace {plan.Address}/{plan.Network.PrefixLength} dev {plan.Interface}

        """);

    private static async Task<bool> AnswersAsync(IWireGuardDevice device, CancellationToken cancellationToken)
    {
        try
        {
            await device.ReadAsync(cancellationToken);
            return true;
        }
        catch (TunnelException)
        {
            return false;
        }
    }

    private static async Task TryAsync(string program, string[] arguments, string input, CancellationToken cancellationToken)
    {
        try
        {
            await SystemProgram.RunAsync(program, arguments, input, cancellationToken);
        }
        catch (TunnelException)
        {
            // It is there already, is gone already, or this kernel has none: what comes next tells which.
        }
    }

    private static IWireGuardDevice? Forget(IWireGuardDevice? device)
    {
        device?.Dispose();
        return null;
    }

    private static bool HasNetAdmin()
    {
        const string Effective = "CapEff:";
        var line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Effective, StringComparison.Ordinal));
        return line is not null
            && ulong.TryParse(line.AsSpan(Effective.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var capabilities)
            && (capabilities & (1UL << CapNetAdmin)) != 0;
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetUserId();

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Took over the tunnel {Interface} that an earlier process left.")]
        public static partial void TakenOver(ILogger logger, string @interface);

        [LoggerMessage(LogLevel.Information, "Nothing comes from {Peer} through {Interface} any more; calling it anew.")]
        public static partial void Called(ILogger logger, System.Net.IPAddress peer, string @interface);

        [LoggerMessage(LogLevel.Warning, "The tunnel {Interface} is not up: {Reason}.")]
        public static partial void NotApplied(ILogger logger, string @interface, string reason);
    }
}
