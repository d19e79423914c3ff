using System.Net;
using System.Net.Sockets;
using PortPortal.TestSupport;

namespace PortPortal.Tests.Edge.Listener;

public sealed class EdgeTransportTests
{
    [Fact]
    public async Task Start_PortTaken_SaysSoInOneSentence()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        var port = ((IPEndPoint)other.LocalEndPoint!).Port;

        var failure = await StartAsync("127.0.0.1", port);

        Assert.Equal($"Port {port} on 127.0.0.1 is taken by another program: stop that one, or choose another port with --port (Edge:Port).", failure.Message);
    }

    [Fact]
    public async Task Start_AddressOfAnotherMachine_SaysSoInOneSentence()
    {
        var failure = await StartAsync("192.0.2.1", FreePort.Next());

        Assert.StartsWith("This machine does not have the address 192.0.2.1:", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task I7_Start_Default_ListensOnLoopbackOnly()
    {
        using var folder = new TempDirectory();
        var port = FreePort.Next();
        await using var app = RunningEdge.Build(folder, ("Edge:Port", $"{port}"));
        await app.StartAsync().WaitAsync(RunningEdge.Deadline);

        var expected = Socket.OSSupportsIPv6 ? new[] { $"https://127.0.0.1:{port}", $"https://[::1]:{port}" } : [$"https://127.0.0.1:{port}"];
        Assert.Equal(expected, app.Urls.Order());
        await app.StopAsync().WaitAsync(RunningEdge.Deadline);
    }

    private static async Task<IOException> StartAsync(string bind, int port)
    {
        using var folder = new TempDirectory();
        await using var app = RunningEdge.Build(folder, ("Edge:Port", $"{port}"), ("Edge:Bind", bind));
        return await Assert.ThrowsAsync<IOException>(() => app.StartAsync().WaitAsync(RunningEdge.Deadline));
    }
}
