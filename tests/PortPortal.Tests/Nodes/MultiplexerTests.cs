using System.Net;
using System.Net.Sockets;
using PortPortal.Engine.Nodes.Streams;

namespace PortPortal.Tests.Nodes;

public sealed class MultiplexerTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly CancellationTokenSource _ended = new();
    private readonly TcpListener _app = new(IPAddress.Loopback, 0);
    private Socket _raw = null!;
    private Multiplexer _portal = null!;
    private Multiplexer _node = null!;
    private Task _portalRuns = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        _app.Start();
        var (left, right) = await SocketPair.CreateAsync(CancellationToken.None);
        _raw = right;
        _portal = new Multiplexer(new NetworkStream(left, ownsSocket: true), TimeProvider.System);
        _node = new Multiplexer(new NetworkStream(right, ownsSocket: true), TimeProvider.System) { Dial = DialAsync };
        _portalRuns = _portal.RunAsync(() => 1024, _ => ValueTask.CompletedTask, _ended.Token);
    }

    public async Task DisposeAsync()
    {
        await _ended.CancelAsync();
        await _portal.DisposeAsync();
        await _node.DisposeAsync();
    }

    public void Dispose()
    {
        _app.Dispose();
        _ended.Dispose();
    }

    [Fact]
    public async Task Open_OfAPort_CarriesBytesBothWaysAndTheEndOfEach()
    {
        RunNode();
        using var visitor = await _portal.OpenAsync("web", CancellationToken.None).WaitAsync(Patience);
        using var app = await _app.AcceptSocketAsync().WaitAsync(Patience);
        var sent = new byte[3 * Channel.Window];
        System.Security.Cryptography.RandomNumberGenerator.Fill(sent);

        var sending = SendAllAsync(visitor, sent);
        var arrived = await ReadAllAsync(app).WaitAsync(Patience);
        await sending;
        await SendAllAsync(app, sent);
        var back = await ReadAllAsync(visitor).WaitAsync(Patience);

        Assert.Equal(sent, arrived);
        Assert.Equal(sent, back);
    }

    [Fact]
    public async Task Open_WhereNobodyListens_FailsAsASocketDoes()
    {
        RunNode();
        _app.Stop();

        var refused = await Assert.ThrowsAsync<SocketException>(() => _portal.OpenAsync("web", CancellationToken.None).WaitAsync(Patience));
        var unknown = await Assert.ThrowsAsync<SocketException>(() => _portal.OpenAsync("other", CancellationToken.None).WaitAsync(Patience));

        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        Assert.Equal(SocketError.HostUnreachable, unknown.SocketErrorCode);
    }

    [Fact]
    public async Task Channel_WhoseReaderStops_HoldsUpNobodyElse()
    {
        RunNode();
        using var stuck = await _portal.OpenAsync("web", CancellationToken.None).WaitAsync(Patience);
        using var deaf = await _app.AcceptSocketAsync().WaitAsync(Patience);
        var flood = SendAllAsync(stuck, new byte[64 * 1024 * 1024]);

        using var other = await _portal.OpenAsync("web", CancellationToken.None).WaitAsync(Patience);
        using var app = await _app.AcceptSocketAsync().WaitAsync(Patience);
        await other.SendAsync("hello"u8.ToArray());
        var buffer = new byte[5];
        await app.ReceiveAsync(buffer).WaitAsync(Patience);

        Assert.Equal("hello"u8.ToArray(), buffer);
        Assert.False(flood.IsCompleted);
        stuck.Close(0);
        await flood.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task Stream_ThatEnds_EndsEveryChannel()
    {
        RunNode();
        using var visitor = await _portal.OpenAsync("web", CancellationToken.None).WaitAsync(Patience);
        using var app = await _app.AcceptSocketAsync().WaitAsync(Patience);

        await _node.DisposeAsync();

        Assert.True(await EndsAsync(visitor).WaitAsync(Patience));
        Assert.True(await EndsAsync(app).WaitAsync(Patience));
        await Assert.ThrowsAsync<SocketException>(() => _portal.OpenAsync("web", CancellationToken.None).WaitAsync(Patience));
    }

    // kind, channel, length: a message of 1 GB, one too long, a channel nobody may open from there, no kind at all.
    [Theory]
    [InlineData("00000000003FFFFF")]
    [InlineData("0000000000000401")]
    [InlineData("0100000001000000")]
    [InlineData("0900000001000000")]
    [InlineData("0400000001FFFFFF")]
    public async Task Piece_ThatBreaksTheRules_EndsTheStream(string head)
    {
        await _raw.SendAsync(Convert.FromHexString(head));
        await _raw.SendAsync(new byte[2048]);

        await Assert.ThrowsAsync<BrokenProtocolException>(() => _portalRuns.WaitAsync(Patience));
        Assert.True(_portal.Ended.IsCancellationRequested);
    }

    [Fact]
    public async Task Data_BeyondTheWindow_EndsTheStream()
    {
        var opening = _portal.OpenAsync("web", CancellationToken.None);
        var open = new byte[Frame.HeadLength + 3];
        await new NetworkStream(_raw).ReadExactlyAsync(open).AsTask().WaitAsync(Patience);
        var channel = Frame.Read(open).Channel;
        await SendAsync(FrameKind.Accept, channel, 0);
        using var visitor = await opening.WaitAsync(Patience);

        // The visitor takes nothing; the sockets on the way take some. Nobody takes what comes after the breach.
        for (var sent = 0; sent < 64 * 1024 * 1024 && !_portalRuns.IsCompleted; sent += Frame.MaxData)
        {
            await Task.WhenAny(SendAsync(FrameKind.Data, channel, Frame.MaxData), _portalRuns);
        }

        await Assert.ThrowsAsync<BrokenProtocolException>(() => _portalRuns.WaitAsync(Patience));
    }

    private void RunNode() => _ = _node.RunAsync(() => 1024, _ => ValueTask.CompletedTask, _ended.Token);

    private async Task SendAsync(FrameKind kind, uint channel, int length)
    {
        var piece = new byte[Frame.HeadLength + length];
        new Frame(kind, channel, length).Write(piece);
        await _raw.SendAsync(piece);
    }

    private async Task<Socket> DialAsync(string port, CancellationToken cancellationToken)
    {
        if (port != "web")
        {
            throw new KeyNotFoundException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, ((IPEndPoint)_app.LocalEndpoint).Port, cancellationToken);
        return socket;
    }

    private static async Task SendAllAsync(Socket socket, byte[] bytes)
    {
        try
        {
            for (var sent = 0; sent < bytes.Length;)
            {
                sent += await socket.SendAsync(bytes.AsMemory(sent));
            }

            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // A test has closed it.
        }
    }

    private static async Task<byte[]> ReadAllAsync(Socket socket)
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer) is > 0 and var count)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }

    private static async Task<bool> EndsAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1]) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
