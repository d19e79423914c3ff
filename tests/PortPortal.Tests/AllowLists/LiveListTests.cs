using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.AllowLists;

/// <summary>What a change of a list does to people who are in, over the real edge.</summary>
public sealed class LiveListTests : IAsyncLifetime
{
    private static readonly string[] Named = ["partners"];
    private PortalApp _portal = null!;
    private EchoApp _app = null!;
    private Uri _page = null!;

    public async Task InitializeAsync()
    {
        (_portal, _app) = (await PortalApp.StartAsync(), await EchoApp.StartAsync());
        await _portal.Api.SendAsync(HttpMethod.Post, "/v1/allow-lists", new { name = "partners", entries = new[] { new { rule = "*@lark.example" }, new { rule = "*@studio.example" } } });
        await _portal.Api.RegisterSessionAsync("shop");
        var port = await _portal.Api.ExposeAsync("shop", new { port = _app.Port, access = "email", allowedEmails = Named });
        _page = new Uri(port.GetProperty("url").GetString()!);
    }

    public async Task DisposeAsync()
    {
        await _portal.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task P23_ListNarrowed_CutsWhoFellOffAndLetsTheOthersLive()
    {
        var (nina, dana) = (new EmailVisitor(_portal, _page), new EmailVisitor(_portal, _page));
        await nina.EnterAsync("nina@lark.example");
        await dana.EnterAsync("dana@studio.example");
        using var hers = await nina.OpenSocketAsync(Deadline());
        using var his = await dana.OpenSocketAsync(Deadline());

        var started = TimeProvider.System.GetTimestamp();
        await ChangeAsync(new { rule = "*@lark.example" });
        await Assert.ThrowsAsync<WebSocketException>(() => his.ReceiveAsync(new byte[10], Deadline()));
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(1));

        await EmailVisitor.EchoesAsync(hers, Deadline());
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (await nina.StatusAsync(), await dana.StatusAsync()));
    }

    [Fact]
    public async Task Exclusion_AddedToTheList_CutsAtOnce()
    {
        var dana = new EmailVisitor(_portal, _page);
        await dana.EnterAsync("dana@studio.example");
        using var socket = await dana.OpenSocketAsync(Deadline());

        await ChangeAsync(new { rule = "*@studio.example" }, new { rule = "!dana@studio.example" });

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ReceiveAsync(new byte[10], Deadline()));
        Assert.Equal(HttpStatusCode.Forbidden, await dana.StatusAsync());
    }

    [Fact]
    public async Task Entry_ThatEnds_EndsOnTimeToTheSecond()
    {
        var dana = new EmailVisitor(_portal, _page);
        await dana.EnterAsync("dana@studio.example");
        using var socket = await dana.OpenSocketAsync(Deadline());
        var end = TimeProvider.System.GetUtcNow().AddSeconds(3);
        end = end.AddTicks(-(end.Ticks % TimeSpan.TicksPerSecond));

        await ChangeAsync(new { rule = "*@studio.example", until = end.ToString("O", CultureInfo.InvariantCulture) });
        await EmailVisitor.EchoesAsync(socket, Deadline());

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ReceiveAsync(new byte[10], Deadline()));
        Assert.InRange(TimeProvider.System.GetUtcNow() - end, TimeSpan.Zero, TimeSpan.FromSeconds(2.5));
        Assert.Equal(HttpStatusCode.Forbidden, await dana.StatusAsync());
    }

    private static CancellationToken Deadline() => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;

    private Task<JsonElement> ChangeAsync(params object[] entries) => _portal.Api.SendAsync(HttpMethod.Put, "/v1/allow-lists/partners", new { entries });
}
