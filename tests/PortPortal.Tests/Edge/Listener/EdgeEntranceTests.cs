using System.Diagnostics;
using System.Net.Sockets;
using PortPortal.TestSupport;

namespace PortPortal.Tests.Edge.Listener;

public sealed class EdgeEntranceTests
{
    private static readonly byte[] StartOfHello = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    public async Task D14_StalledHandshake_IsCutInTime(int bytes)
    {
        await using var edge = await RunningEdge.StartAsync(("Edge:HandshakeTimeout", "00:00:01"));
        await using var connection = await edge.ConnectAsync();
        var clock = Stopwatch.StartNew();
        await connection.WriteAsync(StartOfHello.AsMemory(0, bytes));

        await AssertClosedAsync(connection);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.7, 8);
    }

    [Fact]
    public async Task D14_ByteAfterByte_IsCutAsIfItWereStalled()
    {
        await using var edge = await RunningEdge.StartAsync(("Edge:HandshakeTimeout", "00:00:01"));
        await using var connection = await edge.ConnectAsync();
        using var deadline = new CancellationTokenSource(RunningEdge.Deadline);
        var clock = Stopwatch.StartNew();
        try
        {
            await connection.WriteAsync(StartOfHello, deadline.Token);
            while (true)
            {
                await Task.Delay(50, deadline.Token);
                await connection.WriteAsync(new byte[] { 0 }, deadline.Token);
            }
        }
        catch (IOException)
        {
            Assert.InRange(clock.Elapsed.TotalSeconds, 0.7, 8);
        }
    }

    [Fact]
    public async Task D14_HandshakeDone_OutlivesTheDeadline()
    {
        await using var edge = await RunningEdge.StartAsync(("Edge:HandshakeTimeout", "00:00:01"));
        await using var tls = await edge.ConnectTlsAsync("a.localhost");
        await Task.Delay(TimeSpan.FromSeconds(1.5));

        Assert.StartsWith("HTTP/1.1 200", await RunningEdge.ExchangeAsync(tls, "GET / HTTP/1.1\r\nHost: a.localhost\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task D13_SlowHeaders_AreCutInTime()
    {
        await using var edge = await RunningEdge.StartAsync(("Edge:HeadersTimeout", "00:00:01"));
        await using var connection = await edge.ConnectAsync();

        Assert.StartsWith("HTTP/1.1 408", await RunningEdge.ExchangeAsync(connection, "GET / HTTP/1.1\r\nHost: a.loc"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task D16_MoreConnectionsThanAllowed_AreTurnedAwayUntilOneEnds()
    {
        await using var edge = await RunningEdge.StartAsync(("Edge:MaxConnections", "3"));
        var held = new List<NetworkStream> { await edge.ConnectAsync(), await edge.ConnectAsync() };
        await using var tls = await edge.ConnectTlsAsync("a.localhost");
        await OpenAsync(edge, 3);

        await AssertTurnedAwayAsync(edge);

        await held[0].DisposeAsync();
        await OpenAsync(edge, 2);
        Assert.True((await edge.StampAsync("b.localhost")).Stamped);
        await held[1].DisposeAsync();
    }

    [Fact]
    public async Task OpenConnections_AllKindsOfEnds_CountBackToNone()
    {
        await using var edge = await RunningEdge.StartAsync();
        await using (await edge.ConnectTlsAsync("a.localhost"))
        {
            Assert.Equal(1, edge.Entrance.OpenConnections);
        }

        await Assert.ThrowsAnyAsync<Exception>(() => edge.ConnectTlsAsync("bank.com"));
        await using (var reset = await edge.ConnectAsync())
        {
            await reset.WriteAsync(StartOfHello);
            reset.Socket.Close(0);
        }

        await using (var plain = await edge.ConnectAsync())
        {
            await RunningEdge.ExchangeAsync(plain, "junk\r\n\r\n");
        }

        await OpenAsync(edge, 0);
    }

    private static Task OpenAsync(RunningEdge edge, int connections) =>
        Eventually.TrueAsync(() => edge.Entrance.OpenConnections == connections, $"{connections} open connections");

    private static async Task AssertTurnedAwayAsync(RunningEdge edge)
    {
        try
        {
            await using var surplus = await edge.ConnectAsync();
            await AssertClosedAsync(surplus);
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            // The reset was quicker than the end of connecting.
        }
    }

    private static async Task AssertClosedAsync(NetworkStream connection)
    {
        using var deadline = new CancellationTokenSource(RunningEdge.Deadline);
        try
        {
            Assert.Equal(0, await connection.ReadAsync(new byte[1], deadline.Token));
        }
        catch (IOException)
        {
            // A reset is an end, too.
        }
    }
}
