using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Nodes.Protocol;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Agent;

/// <summary>Makes this machine equal to what the portal wants of it, with or without the portal there.</summary>
internal sealed partial class AgentWork(Enrolment enrolment, IPortForwarder forwarder, AgentTunnel tunnel, AgentPorts ports, IOptions<NodesOptions> options, TimeProvider time, ILogger<AgentWork> logger) : IDisposable
{
    private const UnixFileMode OwnerReadsWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DialPatience = TimeSpan.FromSeconds(5);
    private readonly WakeUp _wakeUp = new(time);
    private volatile Desired? _desired;
    private volatile IPAddress? _portalAddress;
    private long _mended; // touched by the loop alone

    /// <summary>Raised when something was applied.</summary>
    public event Action? Applied;

    /// <summary>The state of this moment; null while nothing was ever wanted.</summary>
    public Report? Report { get; private set; }

    public static string Version { get; } = typeof(AgentWork).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    /// <summary>Takes a new desired state; applying it comes after this returns.</summary>
    public void Take(Desired desired, IPAddress? portalAddress)
    {
        (_desired, _portalAddress) = (desired, portalAddress ?? _portalAddress);
        DurableFile.Write(enrolment.DesiredFile, JsonSerializer.Serialize<PortalMessage>(desired, ProtocolJson.Default.PortalMessage), OwnerReadsWrites);
        _wakeUp.Call();
    }

    public Task<bool> AdmitAsync(Admit admit, CancellationToken cancellationToken) => IPAddress.TryParse(admit.Visitor, out var visitor)
        ? forwarder.AdmitAsync(admit.Mark, visitor, TimeSpan.FromSeconds(Math.Clamp(admit.Seconds, 1, 86_400)), cancellationToken)
        : Task.FromResult(false);

    /// <summary>Connects to a port that the edge may reach, and to no other.</summary>
    /// <exception cref="KeyNotFoundException">It is not among the desired ones.</exception>
    /// <exception cref="SocketException">Nothing answers there.</exception>
    public async Task<Socket> DialAsync(string portId, CancellationToken cancellationToken)
    {
        var port = _desired?.Ports.FirstOrDefault(port => port.Id == portId && port.EdgeOnly);
        if (port is null || TargetOf(port) is not { } target)
        {
            throw new KeyNotFoundException();
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(DialPatience);
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, deadline.Token);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Applies what was wanted last, now, on every change and from time to time.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _desired = ReadKept();
        forwarder.Disturbed += _wakeUp.Call;
        tunnel.Disturbed += _wakeUp.Call;
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var isDone = _desired is not { } desired || await TryApplyAsync(desired, cancellationToken);
                await _wakeUp.WaitAsync(isDone ? Interval : RetryInterval, cancellationToken);
            }
        }
        finally
        {
            forwarder.Disturbed -= _wakeUp.Call;
            tunnel.Disturbed -= _wakeUp.Call;
        }
    }

    public void Dispose() => _wakeUp.Dispose();

    private async Task<bool> TryApplyAsync(Desired desired, CancellationToken cancellationToken)
    {
        try
        {
            return await ApplyAsync(desired, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // What is in force stays in force.
            Log.NotApplied(logger, exception);
            return false;
        }
    }

    private async Task<bool> ApplyAsync(Desired desired, CancellationToken cancellationToken)
    {
        // 1. The tunnel, for the ports that only the edge may reach are bound to it.
        var (device, tunnelFault) = await tunnel.ApplyAsync(desired.Tunnel, _portalAddress, cancellationToken);

        // 2. The ports.
        var planned = new Dictionary<uint, PlannedForward>();
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var port in desired.Ports)
        {
            if (TargetOf(port) is not { } target)
            {
                faults[port.Id] = "Its target is no address that a session may have.";
            }
            else if (port.EdgeOnly && device is null)
            {
                faults[port.Id] = "There is no tunnel to reach it through; the stream carries it.";
            }
            else
            {
                planned[port.Mark] = PlanOf(port, target);
            }
        }

        var report = await forwarder.ApplyAsync(new(planned.Values), cancellationToken);

        // 3. What became of it.
        var outcomes = report.Items.ToDictionary(item => item.Mark);
        ports.Watch(desired.Ports);
        _mended += report.Mended.Length;
        Report = new()
        {
            Revision = desired.Revision,
            Forwarding = forwarder.Status.Name,
            TunnelDevice = device,
            TunnelFault = tunnelFault,
            Mended = _mended,
            Ports = [.. desired.Ports.Select(port => ReportOf(port, faults.GetValueOrDefault(port.Id), outcomes.GetValueOrDefault(port.Mark), report.Fault))],
        };
        Applied?.Invoke();
        return report.Fault is null && tunnelFault is null;
    }

    private static PortReport ReportOf(DesiredPort port, string? fault, ForwardOutcome? outcome, string? allFault) => new()
    {
        Id = port.Id,
        Fault = fault ?? allFault ?? outcome switch { null => "It was not applied.", { Applied: true } => null, _ => outcome.Reason ?? "It was refused." },
        ByKernel = outcome?.Path == ForwardPath.Kernel,
    };

    private PlannedForward PlanOf(DesiredPort port, IPEndPoint target) => new()
    {
        Mark = port.Mark,
        PublicPort = port.PublicPort,
        Target = target,
        Sources = [.. port.Sources.Split(',', StringSplitOptions.RemoveEmptyEntries).Where(text => IPNetwork.TryParse(text, out _)).Select(text => IPNetwork.Parse(text))],
        KnockRequired = port.Knock,
        Interface = port.EdgeOnly ? options.Value.Interface : null,
    };

    /// <summary>Judged here again: whoever has taken over the portal still reaches no metadata service from this machine.</summary>
    private static IPEndPoint? TargetOf(DesiredPort port) =>
        IPEndPoint.TryParse(port.Target, out var target) && target.Port > 0 && ForbiddenNetworks.Find(target.Address) is null ? target : null;

    private Desired? ReadKept()
    {
        try
        {
            return File.Exists(enrolment.DesiredFile) ? JsonSerializer.Deserialize(File.ReadAllText(enrolment.DesiredFile), ProtocolJson.Default.PortalMessage) as Desired : null;
        }
        catch (JsonException)
        {
            return null; // the portal says it again
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "What the portal wants could not be applied; what is in force stays in force.")]
        public static partial void NotApplied(ILogger logger, Exception exception);
    }
}
