using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Common;
using PortPortal.Engine.Nodes.Protocol;
using PortPortal.Engine.Nodes.Streams;
using PortPortal.Engine.Tunnels.WireGuard;

namespace PortPortal.Engine.Agent;

/// <summary>Keeps the stream to the portal, and the machine as the portal wants it.</summary>
internal sealed partial class NodeAgent(Enrolment enrolment, AgentWork work, AgentPorts ports, AgentTunnel tunnel, TimeProvider time, ILogger<NodeAgent> logger) : BackgroundService
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PortalSilence = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WaitWhenDismissed = TimeSpan.FromMinutes(1);
    private readonly WakeUp _reportNow = new(time);
    private static readonly TimeSpan AnnounceInterval = TimeSpan.FromSeconds(5);
    private const int ProtocolVersion = 2;
    private Dismissal? _dismissed; // of the stream's reading loop, read when that is over
    private byte[] _nonce = []; // of the stream's reading loop, read after the first desired state

    /// <summary>Known once the machine has joined.</summary>
    public Membership? Membership { get; private set; }

    /// <summary>Becomes a node, or remembers which one it is.</summary>
    /// <exception cref="InvalidDataException">It is none, and cannot become one; the message says what to do.</exception>
    public async Task JoinAsync(CancellationToken cancellationToken) => Membership ??= await enrolment.LoadOrJoinAsync(cancellationToken);

    /// <summary>Joins first, so that a token that is wrong stops the start.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await JoinAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await tunnel.DisposeAsync();
    }

    public override void Dispose()
    {
        base.Dispose();
        _reportNow.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        work.Applied += _reportNow.Call;
        return Task.WhenAll(work.RunAsync(stoppingToken), tunnel.StayInTouchAsync(stoppingToken), StayConnectedAsync(stoppingToken));
    }

    private async Task StayConnectedAsync(CancellationToken cancellationToken)
    {
        using var identity = enrolment.LoadIdentity();
        using var client = new PortalClient(Membership!.Portal, Membership.Authority);
        var wait = FirstWait;
        var said = "";
        while (!cancellationToken.IsCancellationRequested)
        {
            var reason = "the stream broke";
            _dismissed = null;
            try
            {
                await using var stream = await client.OpenStreamAsync(cancellationToken);
                Log.Connected(logger, Membership.Portal.Host);
                (wait, said) = (FirstWait, "");
                await ConverseAsync(stream, identity, client, cancellationToken);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or BrokenProtocolException or JsonException or InvalidOperationException or ObjectDisposedException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                reason = exception.Message;
            }

            reason = _dismissed?.Reason ?? reason;
            if (reason != said && !cancellationToken.IsCancellationRequested)
            {
                Log.Disconnected(logger, Membership.Portal.Host, said = reason);
            }

            // All nodes lose a portal that restarts at the same moment; they come back spread out.
            var spread = RandomNumberGenerator.GetInt32(50, 151) / 100.0;
            await Task.Delay(_dismissed is { Forever: true } ? WaitWhenDismissed : wait * spread, time, cancellationToken);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    private async Task ConverseAsync(Stream transport, NodeIdentity identity, PortalClient client, CancellationToken cancellationToken)
    {
        await using var stream = new Multiplexer(transport, time) { Dial = work.DialAsync };
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stream.Ended);
        var isKnown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reporting = ReportAsync(stream, identity, isKnown.Task, ended.Token);
        await stream.RunAsync(() => Frame.MaxMessage, json => HearAsync(stream, json, identity, client, isKnown, ended.Token), ended.Token);
        await reporting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async ValueTask HearAsync(Multiplexer stream, ReadOnlyMemory<byte> json, NodeIdentity identity, PortalClient client, TaskCompletionSource isKnown, CancellationToken cancellationToken)
    {
        switch (JsonSerializer.Deserialize(json.Span, ProtocolJson.Default.PortalMessage))
        {
            case Challenge challenge:
                _nonce = challenge.Nonce;
                var tunnelKey = tunnel.Key.Text;
                var hello = new Hello
                {
                    Node = Membership!.Id,
                    Signature = identity.Sign(Membership.Portal.IdnHost, Membership.Id, challenge.Nonce, tunnelKey),
                    TunnelKey = tunnelKey,
                    Version = AgentWork.Version,
                    Protocol = ProtocolVersion,
                };
                await SendAsync(stream, hello, cancellationToken);
                break;
            case Desired desired:
                work.Take(desired, client.ReachedAt);
                isKnown.TrySetResult();
                break;
            case Admit admit:
                await work.AdmitAsync(admit, cancellationToken);
                break;
            case Dismissal dismissal:
                _dismissed = dismissal;
                break;
        }
    }

    /// <summary>Says how it stands when that has changed, and twice a second that it is still here.</summary>
    private async Task ReportAsync(Multiplexer stream, NodeIdentity identity, Task isKnown, CancellationToken cancellationToken)
    {
        await isKnown.WaitAsync(cancellationToken);
        var told = Array.Empty<byte>();
        var (announced, announcedAt) = ((WireGuardKey?)null, 0L);
        while (stream.Silence < PortalSilence)
        {
            if (tunnel.KeyToAnnounce is { } key && (key != announced || time.GetElapsedTime(announcedAt) >= AnnounceInterval))
            {
                (announced, announcedAt) = (key, time.GetTimestamp());
                await SendAsync(stream, new NewKey(key.Text, identity.Sign(Membership!.Portal.IdnHost, Membership.Id, _nonce, key.Text)), cancellationToken);
            }

            var report = work.Report is { } state ? JsonSerializer.SerializeToUtf8Bytes<NodeMessage>(ports.Complete(state), ProtocolJson.Default.NodeMessage) : [];
            if (report.AsSpan().SequenceEqual(told))
            {
                await SendAsync(stream, new Alive(), cancellationToken);
            }
            else
            {
                await stream.SendMessageAsync(told = report, cancellationToken);
            }

            await _reportNow.WaitAsync(ReportInterval, cancellationToken);
        }

        await stream.DisposeAsync();
    }

    private static async Task SendAsync(Multiplexer stream, NodeMessage message, CancellationToken cancellationToken) =>
        await stream.SendMessageAsync(JsonSerializer.SerializeToUtf8Bytes(message, ProtocolJson.Default.NodeMessage), cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The stream to {Portal} is open.")]
        public static partial void Connected(ILogger logger, string portal);

        [LoggerMessage(LogLevel.Warning, "There is no stream to {Portal}: {Reason}. What is in force stays in force.")]
        public static partial void Disconnected(ILogger logger, string portal, string reason);
    }
}
