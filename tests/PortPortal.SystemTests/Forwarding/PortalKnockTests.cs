using System.Diagnostics;
using System.Text.Json;

namespace PortPortal.SystemTests.Forwarding;

/// <summary>A visitor's machine knocks by passing the gate of a web port; then, and only for its time, the database behind a forward answers it.</summary>
public sealed class PortalKnockTests
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(6);

    [SystemFact("nft", "busybox", "curl")]
    public Task Knock_InTheKernel_OpensTheForwardForItsTime() => KnockAsync("Nftables", "kernel");

    [SystemFact("busybox", "curl")]
    public Task Knock_AtTheRelay_OpensTheForwardForItsTime() => KnockAsync("Relay", "relay");

    private static async Task KnockAsync(string driver, string path)
    {
        await using var lab = await ForwardingLab.CreateAsync();
        using var files = new TempDirectory();
        await File.WriteAllTextAsync(files.File("index.html"), "the web port");
        await using var web = lab.Guest.Start("busybox", "httpd", "-f", "-p", "3000", "-h", files.Root);
        lab.StartApp(lab.Guest, "database", ForwardingLab.GuestAddress, out var database);
        await using var portal = await PortalProcess.StartInAsync(
            ["ip", "netns", "exec", lab.Host.Name], () => ForwardingLab.SocketIn(lab.Host), $"--Forwarding:Driver={driver}", $"--Forwarding:KnockLifetime={Lifetime:c}", "--bind", "any", "--Containers:Socket=none");
        var session = (await portal.Api.RegisterSessionAsync(new { address = ForwardingLab.GuestAddress })).GetProperty("id").GetString()!;
        var port = await portal.Api.ExposeAsync(session, 3000, "pin");
        var forward = await portal.Api.SendAsync(HttpMethod.Post, $"/v1/sessions/{session}/port-forwards", new { guestPort = database.Port, knock = true });
        Assert.Equal(("active", path), (forward.GetProperty("state").GetString(), forward.GetProperty("path").GetString()));

        // 1 refused before, and after a look at the gate that did not lead through
        Assert.Null(await DialAsync(lab, forward));
        Assert.Equal("401", await VisitAsync(lab, files, port, "/"));
        Assert.Null(await DialAsync(lab, forward));

        // 2 the PIN opens the web port, and with it the forward, to that address alone
        Assert.Equal("303", await VisitAsync(lab, files, port, "/.portportal/pin", "-d", $"pin={port.GetProperty("pin").GetString()}"));
        var knocked = Stopwatch.StartNew();
        Assert.Equal("200", await VisitAsync(lab, files, port, "/"));
        await Eventually.TrueAsync(async () => await DialAsync(lab, forward) == "database", "the visitor who knocked is let through");
        Assert.Null(await DialAsync(lab, forward, ForwardingLab.OtherVisitorAddress));
        await using var open = await ForwardingLab.DialAsync(lab.Visitor, ForwardingLab.HostAddress, PortalLab.PortOf(forward));

        // 3 until its time is over; who is in by then stays
        await Eventually.TrueAsync(async () => await DialAsync(lab, forward) is null, "the knock has worn off", Lifetime + TimeSpan.FromSeconds(20));
        Assert.InRange(knocked.Elapsed, Lifetime - TimeSpan.FromSeconds(1), TimeSpan.MaxValue);
        Assert.True(await open!.EchoAsync());

        // 4 and the next visit opens it again
        Assert.Equal("200", await VisitAsync(lab, files, port, "/"));
        await Eventually.TrueAsync(async () => await DialAsync(lab, forward) == "database", "another knock opens it again");
    }

    private static async Task<string?> DialAsync(ForwardingLab lab, JsonElement forward, string? source = null)
    {
        await using var flow = await ForwardingLab.DialAsync(lab.Visitor, ForwardingLab.HostAddress, PortalLab.PortOf(forward), source);
        return flow?.App;
    }

    /// <summary>One request of the visitor's browser, which keeps its cookies; answers the status.</summary>
    private static async Task<string> VisitAsync(ForwardingLab lab, TempDirectory files, JsonElement port, string path, params string[] more)
    {
        var url = new Uri(port.GetProperty("url").GetString()!);
        return await lab.Visitor.RunAsync(
            $"curl -sk -o /dev/null -w '%{{http_code}}' -c {files.File("cookies")} -b {files.File("cookies")} --resolve {url.Host}:{url.Port}:{ForwardingLab.HostAddress} -H 'Origin: {url.GetLeftPart(UriPartial.Authority)}' {string.Join(' ', more)} '{new Uri(url, path)}'");
    }
}
