using System.Net;
using System.Net.Sockets;
using System.Text;
using PortPortal.Engine.Forwarding;
using PortPortal.Tests.Forwarding.Contract;

namespace PortPortal.Tests.Forwarding.Relay;

public sealed class RelayForwarderTests : ForwarderContract
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    protected override Task<ForwarderWorld> StartAsync() => Task.FromResult<ForwarderWorld>(new LoopbackWorld());

    [Fact]
    public async Task VisitorOverIpv6_ReachesAnIpv4App()
    {
        var forward = await ForwardToAsync("web");
        await ApplyAsync(forward);

        await using var flow = await SocketFlow.ConnectAsync(new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp), new(IPAddress.IPv6Loopback, forward.PublicPort));

        Assert.Equal("web", flow?.App);
    }

    [Fact]
    public async Task HalfClose_ByTheVisitor_LetsTheAnswerFinish()
    {
        var (visitor, app) = await ConnectRawAsync();

        await visitor.SendAsync("question"u8.ToArray());
        visitor.Shutdown(SocketShutdown.Send);
        Assert.Equal("question", await ReadToEndAsync(app));
        await app.SendAsync("answer"u8.ToArray());
        app.Shutdown(SocketShutdown.Send);

        Assert.Equal("answer", await ReadToEndAsync(visitor));
    }

    [Fact]
    public async Task Reset_ByTheApp_ReachesTheVisitor()
    {
        var (visitor, app) = await ConnectRawAsync();

        app.LingerState = new(enable: true, seconds: 0);
        app.Dispose();

        var error = await Assert.ThrowsAsync<SocketException>(async () => await visitor.ReceiveAsync(new byte[1]).WaitAsync(Patience));
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    [Fact]
    public async Task AppThatDoesNotListen_EndsTheVisitorsConnection()
    {
        var forward = (await ForwardToAsync("web")) with { Target = new(IPAddress.Loopback, PublicPorts.TryFindFree(new HashSet<int>())!.Value) };
        await ApplyAsync(forward);

        Assert.Null(await World.ConnectAsync(forward.PublicPort));
    }

    [Fact]
    public async Task SlowReader_StopsTheWriter()
    {
        var (visitor, app) = await ConnectRawAsync();
        visitor.SendTimeout = 1;
        var sent = 0L;
        var stalled = false;
        var chunk = new byte[64 * 1024];

        // The app reads nothing: what the relay and the kernel hold together is far below what is offered here.
        while (!stalled && sent < 256L * 1024 * 1024)
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            try
            {
                sent += await visitor.SendAsync(chunk, deadline.Token);
            }
            catch (OperationCanceledException)
            {
                stalled = true;
            }
        }

        Assert.True(stalled, $"{sent} bytes were taken for an app that reads nothing.");
        app.Dispose();
    }

    [Fact]
    public async Task F10_Apply_WithoutAForward_ResetsItsFlowsWithinASecond()
    {
        var (visitor, _) = await ConnectRawAsync();

        await World.Forwarder.ApplyAsync(ForwardPlan.Empty, CancellationToken.None);

        await Assert.ThrowsAsync<SocketException>(async () => await visitor.ReceiveAsync(new byte[1]).WaitAsync(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Interface_ThatDoesNotExist_IsNamedInTheReason()
    {
        var report = await ApplyAsync((await ForwardToAsync("web")) with { Interface = "wg-none" });

        var item = Assert.Single(report.Items);
        Assert.Equal(ForwardFault.InterfaceMissing, item.Fault);
        Assert.Contains("wg-none", item.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interface_OfAnyKind_IsClosedToTheMachineItself()
    {
        var forward = (await ForwardToAsync("web")) with { Interface = "lo" };

        var report = await ApplyAsync(forward);

        Assert.True(Assert.Single(report.Items).Applied);
        Assert.Null(await World.ConnectAsync(forward.PublicPort));
    }

    /// <summary>The two ends of one relayed connection, without an app in between.</summary>
    private async Task<(Socket Visitor, Socket App)> ConnectRawAsync()
    {
        using var listener = NamedEcho.Listen(new(IPAddress.Loopback, 0));
        var forward = (await ForwardToAsync("unused")) with { Target = (IPEndPoint)listener.LocalEndPoint! };
        await ApplyAsync(forward);
        var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await visitor.ConnectAsync(new IPEndPoint(IPAddress.Loopback, forward.PublicPort)).WaitAsync(Patience);
        return (visitor, await listener.AcceptAsync().WaitAsync(Patience));
    }

    private static async Task<string> ReadToEndAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[1024];
        while (await socket.ReceiveAsync(buffer).WaitAsync(Patience) is > 0 and var read)
        {
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return text.ToString();
    }
}
