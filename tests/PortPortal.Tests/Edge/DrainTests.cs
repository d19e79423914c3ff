using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Hosting;
using PortPortal.Tests.Edge.Upstream;

namespace PortPortal.Tests.Edge;

public sealed class DrainTests
{
    [Fact]
    public async Task R21_AfterTheSignal_NewRequestsAreRefusedAndOpenOnesFinish()
    {
        var edge = await EdgeWorld.StartAsync();
        var answerNow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var slow = new OddUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await answerNow.Task;
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone");
        });
        await using var quick = OddUpstream.Echo();
        var (busy, idle) = (edge.Expose(slow.EndPoint), edge.Expose(quick.EndPoint));
        using var client = edge.NewClient();
        var open = client.GetStringAsync(edge.UrlOf(busy));
        await using var kept = await KeepAliveAsync(edge, EdgeWorld.HostOf(idle));
        await Eventually.TrueAsync(() => slow.Requests == 1, "the slow app has the request");
        var served = quick.Requests;

        var stopping = edge.App.StopAsync();
        edge.Get<IHostApplicationLifetime>().ApplicationStopping.WaitHandle.WaitOne(TimeSpan.FromSeconds(5));
        var refused = await AskAsync(kept, EdgeWorld.HostOf(idle));
        answerNow.SetResult();

        Assert.True(refused.Length == 0 || refused.StartsWith("HTTP/1.1 503", StringComparison.Ordinal), refused);
        Assert.Equal(served, quick.Requests);
        Assert.Equal("done", await open.Within());
        await stopping.Within();
        await edge.DisposeAsync();
    }

    private static async Task<SslStream> KeepAliveAsync(EdgeWorld edge, string host)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(System.Net.IPAddress.Loopback, edge.Port).Within();
#pragma warning disable CA5359 // Which certificate it is has its own tests.
        var stream = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await stream.AuthenticateAsClientAsync(host).Within();
        await AskAsync(stream, host);
        return stream;
    }

    private static async Task<string> AskAsync(SslStream stream, string host)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")).Within();
            return Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer).Within());
        }
        catch (IOException)
        {
            return "";
        }
    }
}
