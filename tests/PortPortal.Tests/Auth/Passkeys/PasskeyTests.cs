using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PortPortal.Auth;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Auth.Passkeys;

public sealed class PasskeyTests
{
    [Fact]
    public async Task Passkey_Added_SignsInAndReturnsToThePageAskedFor()
    {
        await using var host = await PortalHost.StartAsync();
        var (_, authenticator) = await WithPasskeyAsync(host);
        using var phone = host.Browse();

        var answer = await SignInAsync(phone, authenticator);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("/whoami", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("location").GetString());
        Assert.Contains("mira", await (await phone.GetAsync("/whoami")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains(host.Accounts.Now.SignIns.Values, signIn => signIn.Method == SignInMethod.Passkey);
    }

    [Fact]
    public async Task AccountPage_WithPasskey_ListsAndRemovesIt()
    {
        await using var host = await PortalHost.StartAsync();
        var (browser, authenticator) = await WithPasskeyAsync(host);
        Assert.Contains("My laptop", await (await browser.GetAsync("/account")).Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await browser.SubmitAsync("/account");

        using var phone = host.Browse();
        Assert.DoesNotContain("My laptop", await (await browser.GetAsync("/account")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync(phone, authenticator)).StatusCode);
    }

    [Theory]
    [InlineData("another origin")]
    [InlineData("another host's key")]
    [InlineData("user not verified")]
    [InlineData("somebody else's handle")]
    public async Task Passkey_AnswerThatDoesNotFit_IsRefused(string what)
    {
        await using var host = await PortalHost.StartAsync();
        var (_, authenticator) = await WithPasskeyAsync(host);
        var otto = await host.AddAsync("otto", Role.Admin);
        using var phone = host.Browse();
        switch (what)
        {
            case "another origin":
                authenticator.Origin = "https://3000-a1b2c3.fleet.test:8443";
                break;
            case "another host's key":
                authenticator.RpId = "fleet.test";
                break;
            case "user not verified":
                authenticator.UserVerified = false;
                break;
            default:
                authenticator.UserHandle = System.Text.Encoding.UTF8.GetBytes(otto.Id);
                break;
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync(phone, authenticator)).StatusCode);
        Assert.DoesNotContain(PortalCookie.Name, phone.Cookies.Keys);
    }

    [Fact]
    public async Task Passkey_SameAnswerAgainOrFromAnotherBrowserOrTooLate_IsRefused()
    {
        await using var host = await PortalHost.StartAsync();
        var (_, authenticator) = await WithPasskeyAsync(host);
        using var phone = host.Browse();
        using var other = host.Browse();
        var options = await BeginAsync(phone, "/sign-in/passkey/options");
        var body = new { credential = authenticator.Get(options) };
        var cookies = new Dictionary<string, string>(phone.Cookies, StringComparer.Ordinal);

        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(other, "/sign-in/passkey", body)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(phone, "/sign-in/passkey", body)).StatusCode);
        foreach (var (name, value) in cookies)
        {
            other.Cookies[name] = value;
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(other, "/sign-in/passkey", body)).StatusCode);

        var late = new { credential = authenticator.Get(await BeginAsync(other, "/sign-in/passkey/options")) };
        host.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(other, "/sign-in/passkey", late)).StatusCode);
    }

    [Fact]
    public async Task Passkey_OfADisabledAccount_IsRefused()
    {
        await using var host = await PortalHost.StartAsync();
        var (_, authenticator) = await WithPasskeyAsync(host);
        var root = await host.AddAsync("root", Role.Admin);
        var mira = host.Accounts.Now.Users.Values.Single(user => user.Name == "mira");
        await host.Get<UserService>().ChangeAsync(mira.Id, new(Disabled: true), host.Accounts.FindActor(root.Id)!, [], CancellationToken.None);
        using var phone = host.Browse();

        Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync(phone, authenticator)).StatusCode);
    }

    [Fact]
    public async Task Passkey_ByAStranger_CannotBeAdded()
    {
        await using var host = await PortalHost.StartAsync();
        using var browser = host.Browse();

        var refused = await PostAsync(browser, "/account/passkeys/options", new { });

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    private static async Task<(Browser Browser, SoftAuthenticator Authenticator)> WithPasskeyAsync(PortalHost host)
    {
        await host.AddAsync("mira", Role.Member);
        var browser = host.Browse();
        await browser.SubmitAsync("/sign-in", ("email", "mira@lark.test"), ("password", PortalHost.Password));
        var authenticator = new SoftAuthenticator();
        var options = await BeginAsync(browser, "/account/passkeys/options");
        var added = await PostAsync(browser, "/account/passkeys", new { credential = authenticator.Create(options), name = "My laptop" });
        Assert.Equal(HttpStatusCode.NoContent, added.StatusCode);
        return (browser, authenticator);
    }

    private static async Task<HttpResponseMessage> SignInAsync(Browser browser, SoftAuthenticator authenticator)
    {
        var options = await BeginAsync(browser, "/sign-in/passkey/options");
        return await PostAsync(browser, "/sign-in/passkey", new Dictionary<string, object>(StringComparer.Ordinal) { ["credential"] = authenticator.Get(options), ["return"] = "/whoami" });
    }

    private static async Task<JsonElement> BeginAsync(Browser browser, string path) =>
        await (await PostAsync(browser, path, new { })).Content.ReadFromJsonAsync<JsonElement>();

    private static Task<HttpResponseMessage> PostAsync(Browser browser, string path, object body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        return browser.SendAsync(request);
    }
}
