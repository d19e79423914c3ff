using System.Net;
using PortPortal.Auth;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Auth;

public sealed class ApiKeyAuthenticationTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Key_InTheHeader_IsLetInWithItsRole()
    {
        await using var host = await PortalHost.StartAsync();
        var mira = await host.AddAsync("mira", Role.Member);
        var key = await KeyAsync(host, mira, Role.Viewer);
        using var script = host.Script(key.Text);

        Assert.Contains(mira.Id, await script.GetStringAsync("/v1/whoami"), StringComparison.Ordinal);
        var refused = await script.PostAsync("/v1/members", null);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("\"code\":\"not_allowed\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer pp_aaaaaaaaaaaa_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("Basic cHA6cHA=")]
    public async Task Key_MissingOrWrong_Gets401WithChallengeAndCode(string? authorization)
    {
        await using var host = await PortalHost.StartAsync();
        using var script = host.Script();
        if (authorization is not null)
        {
            script.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        }

        var refused = await script.GetAsync("/v1/whoami");

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Contains("\"code\":\"api_key_required\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api_key")]
    [InlineData("API_KEY")]
    [InlineData("access_token")]
    [InlineData("anything")]
    public async Task Key_InTheAddress_IsRefusedEvenIfRight(string parameter)
    {
        await using var host = await PortalHost.StartAsync();
        using var script = host.Script(PortalHost.AdminKey);

        var refused = await script.GetAsync($"/v1/whoami?{parameter}={PortalHost.AdminKey}");

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.DoesNotContain(PortalHost.AdminKey, await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cookie_OnTheApi_CountsForNothing()
    {
        await using var host = await PortalHost.StartAsync();
        await host.AddAsync("mira", Role.Admin);
        using var browser = host.Browse();
        await browser.SubmitAsync("/sign-in", ("email", "mira@lark.test"), ("password", PortalHost.Password));

        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/v1/whoami")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/V1/whoami")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.PostAsync("/v1/members", [])).StatusCode);
    }

    [Fact]
    public async Task Key_OfADisabledOwner_IsDeadAtOnce()
    {
        await using var host = await PortalHost.StartAsync();
        var root = await host.AddAsync("root", Role.Admin);
        var mira = await host.AddAsync("mira", Role.Member);
        using var script = host.Script((await KeyAsync(host, mira, Role.Member)).Text);
        Assert.Equal(HttpStatusCode.OK, (await script.GetAsync("/v1/whoami")).StatusCode);

        await host.Get<UserService>().ChangeAsync(mira.Id, new(Disabled: true), host.Accounts.FindActor(root.Id)!, [], None);

        Assert.Equal(HttpStatusCode.Unauthorized, (await script.GetAsync("/v1/whoami")).StatusCode);
    }

    [Fact]
    public async Task Key_Revoked_IsDeadAtOnce()
    {
        await using var host = await PortalHost.StartAsync();
        var mira = await host.AddAsync("mira", Role.Member);
        var key = await KeyAsync(host, mira, Role.Member);
        using var script = host.Script(key.Text);

        await host.Get<ApiKeyService>().RevokeAsync(key.Info.Id, host.Accounts.FindActor(mira.Id)!, None);

        Assert.Equal(HttpStatusCode.Unauthorized, (await script.GetAsync("/v1/whoami")).StatusCode);
    }

    [Fact]
    public async Task Key_TwoAuthorizationHeaders_AreRefused()
    {
        await using var host = await PortalHost.StartAsync();
        using var script = host.Script(PortalHost.AdminKey);
        script.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {PortalHost.AdminKey}");

        Assert.Equal(HttpStatusCode.Unauthorized, (await script.GetAsync("/v1/whoami")).StatusCode);
    }

    private static async Task<NewApiKey> KeyAsync(PortalHost host, User owner, Role role) =>
        (await host.Get<ApiKeyService>().CreateAsync(new("ci", role, null), host.Accounts.FindActor(owner.Id)!, [], None)).Value!;
}
