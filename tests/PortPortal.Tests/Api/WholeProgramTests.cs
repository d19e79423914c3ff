using System.Net;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Api;

/// <summary>The one story everything is for: a port becomes a URL that the right people open, and stops being one.</summary>
public sealed class WholeProgramTests
{
    [Fact]
    public async Task R01_ExposedPort_OfAListeningApp_AnswersAtItsUrlUntilItIsClosed()
    {
        await using var app = await EchoApp.StartAsync();
        await using var portal = await PortalApp.StartAsync();
        using var visitor = portal.Http.NewClient();
        await portal.Api.RegisterSessionAsync("shop");

        var exposed = await portal.Api.ExposeAsync("shop", app.Port, "public");
        var url = new Uri(exposed.GetProperty("url").GetString()!);
        Assert.Contains("\"Ada\"", await visitor.GetStringAsync(new Uri(url, "users")), StringComparison.Ordinal);

        await portal.Api.CloseAsync("shop", app.Port);
        using var after = await visitor.GetAsync(new Uri(url, "users"));
        Assert.Equal(HttpStatusCode.NotFound, after.StatusCode);
    }

    [Fact]
    public async Task P16_SsoPort_ForAPersonSignedInAtThePortal_LetsThemInAndNobodyElse()
    {
        await using var app = await EchoApp.StartAsync();
        await using var portal = await PortalApp.StartAsync();
        await portal.Api.RegisterSessionAsync("shop");
        var url = new Uri((await portal.Api.ExposeAsync("shop", app.Port, "sso")).GetProperty("url").GetString()!);
        var person = new CookieContainer();
        await PortalPeople.SetUpAdminAsync(portal.Http, portal.SetUpLink, person);

        using var stranger = portal.Http.NewClient();
        using var refused = await stranger.GetAsync(new Uri(url, "users"));
        using var admitted = await PortalPeople.VisitAsync(portal.Http, new Uri(url, "users"), person);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("\"Ada\"", await admitted.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(["GET /users"], app.Requests);
    }
}
