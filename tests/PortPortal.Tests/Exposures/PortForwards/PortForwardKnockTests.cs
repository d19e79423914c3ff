using System.Net;
using PortPortal.Engine.Edge.Gates;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.PortForwards;

namespace PortPortal.Tests.Exposures.PortForwards;

/// <summary>Who passed the gate of a session's web port may use its forwards for an hour; nobody else may.</summary>
public sealed class PortForwardKnockTests
{
    private static readonly IPAddress Visitor = IPAddress.Loopback;

    [Fact]
    public async Task Knock_ThePinOfAWebPort_OpensTheForwardsOfThatSessionOnly()
    {
        await using var world = await PortForwardWorld.StartAsync();
        var (session, other) = (await world.SessionAsync(), await world.SessionAsync());
        var (forward, foreign) = (await KnockedAsync(world, session), await KnockedAsync(world, other));
        var port = await world.App.Api.ExposeAsync(session, new { port = 3000, access = "pin" });

        using var visitor = world.App.Http.NewClient(new CookieContainer());
        var url = new Uri(port.GetProperty("url").GetString()!);
        using var asked = await visitor.GetAsync(url);
        var before = world.Forwarder.Connect(forward.PublicPort, Visitor);
        await EnterPinAsync(visitor, url, port.GetProperty("pin").GetString()!);
        using var passed = await visitor.GetAsync(url);

        Assert.Equal(HttpStatusCode.Unauthorized, asked.StatusCode);
        Assert.Null(before);
        await Eventually.TrueAsync(() => world.Forwarder.Connect(forward.PublicPort, Visitor) is not null, "the visitor's address is let through");
        Assert.Null(world.Forwarder.Connect(forward.PublicPort, IPAddress.Parse("127.0.0.2")));
        Assert.Null(world.Forwarder.Connect(foreign.PublicPort, Visitor));
    }

    [Fact]
    public async Task Knock_APublicPort_ProvesNothing()
    {
        await using var world = await PortForwardWorld.StartAsync();
        var session = await world.SessionAsync();
        var forward = await KnockedAsync(world, session);
        var port = await world.App.Api.ExposeAsync(session, new { port = 3000, access = "public" });

        using var visitor = world.App.Http.NewClient();
        using var came = await visitor.GetAsync(new Uri(port.GetProperty("url").GetString()!));
        await Task.Delay(300);

        Assert.Null(world.Forwarder.Connect(forward.PublicPort, Visitor));
    }

    [Fact]
    public async Task Knock_AfterAPause_IsAskedForAgain()
    {
        await using var world = await PortForwardWorld.StartAsync();
        var session = await world.SessionAsync();
        var forward = await KnockedAsync(world, session);
        var gates = world.App.Get<GatePassages>();
        gates.Note(session, Visitor);
        await Eventually.TrueAsync(() => world.Forwarder.Connect(forward.PublicPort, Visitor) is not null, "the visitor is let through");

        await world.App.Api.PauseAsync(session);
        await Eventually.TrueAsync(() => world.Forwarder.Applied.Count == 0, "the forward is gone");
        await world.App.Api.ResumeAsync(session);
        await Eventually.TrueAsync(() => world.Forwarder.Applied.Count == 1, "the forward is back");
        var returned = world.Forwarder.Connect(forward.PublicPort, Visitor);
        gates.Note(session, Visitor);

        Assert.Null(returned);
        await Eventually.TrueAsync(() => world.Forwarder.Connect(forward.PublicPort, Visitor) is not null, "the visitor is let through again");
    }

    private static async Task<PortForwardStatus> KnockedAsync(PortForwardWorld world, string session) =>
        world.Feed.Find((await world.App.Api.SendAsync(HttpMethod.Post, $"/v1/sessions/{session}/port-forwards", new { guestPort = 5432, knock = true })).GetProperty("id").GetString()!)!;

    private static async Task EnterPinAsync(HttpClient visitor, Uri url, string pin)
    {
        using var form = new FormUrlEncodedContent([new("pin", pin), new("to", "/")]);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url, PinGate.Path)) { Content = form };
        request.Headers.Add("Origin", url.GetLeftPart(UriPartial.Authority));
        using var entered = await visitor.SendAsync(request);
        Assert.Equal(HttpStatusCode.SeeOther, entered.StatusCode);
    }
}
