using System.Collections.Immutable;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using PortPortal.Engine.Common;
using PortPortal.Engine.Nodes.Protocol;
using PortPortal.Engine.Nodes.Streams;
using PortPortal.Engine.Tunnels.WireGuard;

namespace PortPortal.Engine.Nodes;

/// <summary>One connection of a machine that says it is a node: first it proves that, then it reports and is told.</summary>
internal sealed class NodeLink : IAsyncDisposable
{
    private const int MaxHello = 4 * 1024;
    private const int MaxReport = 1024 * 1024;
    private const int MostMessagesASecond = 50;
    private const int MostBytesASecond = 2 * MaxReport;
    private const int MaxText = 300;
    private static readonly TimeSpan HelloPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(1);

    private readonly Multiplexer _stream;
    private readonly NodeService _nodes;
    private readonly NodeWants _wants;
    private readonly PublicAddress _address;
    private readonly TimeProvider _time;
    private readonly string? _from;
    private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(NodeKey.NonceLength);
    private readonly WakeUp _wakeUp;
    private volatile string? _nodeId;
    private volatile ImmutableDictionary<string, PortReport> _reports = ImmutableDictionary.Create<string, PortReport>(StringComparer.Ordinal);
    private long _second; // of the reading loop alone, as are the next three
    private int _messages;
    private int _bytes;
    private int _keys;

    public NodeLink(Stream transport, string? from, NodeService nodes, NodeWants wants, PublicAddress address, TimeProvider time)
    {
        (_stream, _from, _nodes, _wants, _address, _time) = (new(transport, time), from, nodes, wants, address, time);
        _wakeUp = new(time);
    }

    /// <summary>Called once, when the machine has proved who it is.</summary>
    public required Func<NodeLink, Hello, Task> Proved { get; init; }

    /// <summary>Tells of a node whether its tunnel carries something now.</summary>
    public required Predicate<string> IsTunnelOpen { get; init; }

    /// <summary>Called with each report.</summary>
    public required Action<NodeLink, Report> Reported { get; init; }

    /// <summary>Null until it has proved who it is.</summary>
    public string? NodeId => _nodeId;

    public TimeSpan Silence => _stream.Silence;

    /// <summary>Bytes of visitors' connections, from the node and to it.</summary>
    public (long Received, long Sent) Traffic => _stream.Traffic;

    /// <summary>What the node says about the ports it shall have, and about no others.</summary>
    public ImmutableDictionary<string, PortReport> Reports => _reports;

    /// <summary>What the node understands; see <see cref="Hello.Protocol"/>.</summary>
    public int Protocol { get; private set; }

    /// <summary>Of the last report; null before the first.</summary>
    public long? Revision { get; private set; }

    /// <summary>Serves the connection until it ends.</summary>
    /// <returns>Why it ended, where the machine is to blame.</returns>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stream.Ended);
        using var patience = new CancellationTokenSource(HelloPatience, _time);
        await using var late = patience.Token.Register(() => _ = _nodeId is null ? DisposeAsync().AsTask() : null);
        try
        {
            await SendAsync(new Challenge(_nonce), ended.Token);
            await Task.WhenAll(_stream.RunAsync(() => _nodeId is null ? MaxHello : MaxReport, HearAsync, ended.Token), TellAsync(ended.Token));
            return null;
        }
        catch (Exception exception) when (exception is BrokenProtocolException or JsonException)
        {
            var reason = exception is JsonException ? "it says what is no message" : exception.Message;
            await DismissAsync(reason, forever: false);
            return reason;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Opens a connection to one of the node's ports, through its stream.</summary>
    /// <exception cref="SocketException">The node does not reach it, or is gone.</exception>
    public Task<Socket> OpenAsync(string portId, CancellationToken cancellationToken) => _stream.OpenAsync(portId, cancellationToken);

    public Task AdmitAsync(Admit admit, CancellationToken cancellationToken) => SendAsync(admit, cancellationToken);

    /// <summary>There is something new to tell.</summary>
    public void Wake() => _wakeUp.Call();

    /// <summary>Says why, then ends it.</summary>
    public async Task DismissAsync(string reason, bool forever)
    {
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), _time);
            await SendAsync(new Dismissal(reason, forever), patience.Token);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // It does not listen any more.
        }

        await DisposeAsync();
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async ValueTask HearAsync(ReadOnlyMemory<byte> json)
    {
        Count(json.Length);
        var message = JsonSerializer.Deserialize(json.Span, ProtocolJson.Default.NodeMessage);
        switch (message)
        {
            case Hello hello when _nodeId is null:
                await ProveAsync(hello);
                break;
            case Report report when _nodeId is { } id:
                Take(id, report);
                break;
            case NewKey announced when _nodeId is { } id:
                await TakeKeyAsync(id, announced);
                break;
            case Alive when _nodeId is not null:
                break;
            default:
                throw new BrokenProtocolException("it says something out of turn");
        }
    }

    private async Task ProveAsync(Hello hello)
    {
        var keys = _nodes.KeysOf(hello.Node);
        var statement = NodeKey.Statement(_address.PortalHost, hello.Node, _nonce, hello.TunnelKey);
        if (keys is null || !NodeKey.Verify(keys.PublicKey, statement, hello.Signature))
        {
            _nodes.Refused("somebody", _from, "A machine said it was a node and could not prove it.");
            await DismissAsync("The portal does not know this machine's key. It was removed, or joined elsewhere: join again with a new token.", forever: true);
            throw new BrokenProtocolException("it could not prove who it is");
        }

        if (WireGuardKey.TryParse(hello.TunnelKey, out var tunnelKey) && tunnelKey != keys.TunnelKey)
        {
            await _nodes.ChangeTunnelKeyAsync(hello.Node, tunnelKey, CancellationToken.None);
        }

        Protocol = hello.Protocol;
        _nodeId = hello.Node;
        await Proved(this, hello with { Version = Clean(hello.Version) });
        Wake();
    }

    /// <summary>A key a second at most is looked at: the node repeats itself until it is answered.</summary>
    private async Task TakeKeyAsync(string id, NewKey announced)
    {
        if (_keys++ > 0 || !WireGuardKey.TryParse(announced.TunnelKey, out var tunnelKey) || _nodes.KeysOf(id) is not { } keys)
        {
            return;
        }

        if (!NodeKey.Verify(keys.PublicKey, NodeKey.Statement(_address.PortalHost, id, _nonce, announced.TunnelKey), announced.Signature))
        {
            throw new BrokenProtocolException("it could not prove that its new key is its own");
        }

        await _nodes.ExpectTunnelKeyAsync(id, tunnelKey, IsTunnelOpen(id), CancellationToken.None);
    }

    /// <summary>A node speaks about ports that the portal gave it; what it says about others is not even kept.</summary>
    private void Take(string id, Report report)
    {
        var wanted = _wants.Of(id).Ports.Select(port => port.Id).ToHashSet(StringComparer.Ordinal);
        _reports = report.Ports
            .Where(port => wanted.Contains(port.Id))
            .DistinctBy(port => port.Id)
            .ToImmutableDictionary(
                port => port.Id,
                port => port with { Fault = Clean(port.Fault), BytesIn = Math.Max(0, port.BytesIn), BytesOut = Math.Max(0, port.BytesOut), Connections = Math.Max(0, port.Connections) },
                StringComparer.Ordinal);
        Revision = report.Revision;
        Reported(this, report with { Forwarding = Clean(report.Forwarding), TunnelDevice = Clean(report.TunnelDevice), TunnelFault = Clean(report.TunnelFault), Mended = Math.Max(0, report.Mended) });
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        var told = -1L;
        while (true)
        {
            await _wakeUp.WaitAsync(BeatInterval, cancellationToken);
            if (_nodeId is not { } id)
            {
                continue;
            }

            var desired = _wants.Of(id);
            await SendAsync(desired.Revision == told ? new Beat() : desired, cancellationToken);
            told = desired.Revision;
        }
    }

    private async Task SendAsync(PortalMessage message, CancellationToken cancellationToken) =>
        await _stream.SendMessageAsync(JsonSerializer.SerializeToUtf8Bytes(message, ProtocolJson.Default.PortalMessage), cancellationToken);

    private void Count(int length)
    {
        var second = _time.GetTimestamp() / _time.TimestampFrequency;
        if (second != _second)
        {
            (_second, _messages, _bytes, _keys) = (second, 0, 0, 0);
        }

        if (++_messages > MostMessagesASecond || (_bytes += length) > MostBytesASecond)
        {
            throw new BrokenProtocolException("it says more than anyone could have to say");
        }
    }

    private static string? Clean(string? text)
    {
        var line = text is null ? null : string.Concat(text.Take(MaxText).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c)).Trim();
        return line is { Length: > 0 } ? line : null;
    }
}
