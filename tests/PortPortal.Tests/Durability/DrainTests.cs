using System.Diagnostics;
using System.Net;

namespace PortPortal.Tests.Durability;

/// <summary>SIGTERM: what is under way may end, what is new is refused, and nothing holds the process for good.</summary>
public sealed class DrainTests
{
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task R21_Terminated_LetsRequestsEndAndRefusesNewOnes()
    {
        await using var app = await EchoApp.StartAsync();
        await using var portal = await PortalProcess.StartAsync();
        await portal.Api.RegisterSessionAsync("draining");
        var url = new Uri((await portal.Api.ExposeAsync("draining", app.Port)).GetProperty("url").GetString()!);
        using var visitor = portal.Http.NewClient();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var socket = await portal.Http.OpenSocketAsync(new UriBuilder(url) { Scheme = "wss", Path = "/ws" }.Uri, deadline.Token);
        var slow = visitor.GetAsync(new Uri(url, "/slow?ms=2000"), deadline.Token);
        await Eventually.TrueAsync(() => app.Requests.Contains("GET /slow?ms=2000"), "the slow request is at the app");

        var clock = Stopwatch.StartNew();
        var ended = portal.Child.StopAsync(TimeSpan.FromSeconds(20));
        await Eventually.TrueAsync(() => IsRefusedAsync(portal, url), "new requests are refused");
        using var answer = await slow;

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("late", await answer.Content.ReadAsStringAsync(deadline.Token));
        Assert.Equal(0, await ended);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, DrainTime + TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task R21_TerminatedWhileItStarts_EndsWithoutAFault()
    {
        using var data = new TempDirectory();
        await using var program = ChildProcess.Start("dotnet", [Repository.Program("PortPortal"), "--port", $"{FreePort.Next()}", "--data", data.Root, "--Forwarding:Driver", "Relay"], workingDirectory: Repository.Root);
        await program.LineAsync(line => line.Contains("Made a certificate authority", StringComparison.Ordinal), TimeSpan.FromSeconds(60));

        Assert.Equal(0, await program.StopAsync(TimeSpan.FromSeconds(20)));
        Assert.DoesNotContain("Unhandled exception", program.Output, StringComparison.Ordinal);
    }

    /// <summary>Nobody answers any more, or the answer is that it is draining.</summary>
    private static async Task<bool> IsRefusedAsync(PortalProcess portal, Uri url)
    {
        try
        {
            using var stranger = portal.Http.NewClient();
            using var answer = await stranger.GetAsync(url);
            return answer.StatusCode == HttpStatusCode.ServiceUnavailable;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }
}
