using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using PortPortal.Auth;
using PortPortal.Auth.OpenIdConnect;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Auth.OpenIdConnect;

/// <summary>The good flow, and SECURITY's list of what a provider or a stranger may do wrong.</summary>
public sealed class OpenIdConnectTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task SignIn_GoodProvider_MakesAnAccountAndReturnsToThePageAskedFor()
    {
        await using var story = await ProviderStory.BeginAsync();

        var back = await story.SignInAsync("/whoami?x=1");

        Assert.Equal("/whoami?x=1", back.Headers.Location?.OriginalString);
        Assert.Contains("Nina Holm", await (await story.Browser.GetAsync("/whoami")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var nina = story.Nina();
        Assert.Equal(("nina@lark.test", true, Role.Member, false), (nina.Email, nina.EmailVerified, nina.Role, nina.Local));
        Assert.Equal(["dev"], nina.Groups);
    }

    [Fact]
    public async Task SignIn_Request_AsksForWhatItShouldAndNoMore()
    {
        await using var story = await ProviderStory.BeginAsync();

        var asked = await story.AskAsync();

        Assert.Equal("code", asked["response_type"]);
        Assert.Equal("https://portal.fleet.test:8443/signin-oidc", asked["redirect_uri"]);
        Assert.Equal("openid profile email groups", asked["scope"]);
        Assert.Equal(FakeProvider.ClientId, asked["client_id"]);
    }

    [Fact]
    public async Task SignIn_Twice_IsTheSameAccountWithWhatIsNew()
    {
        await using var story = await ProviderStory.BeginAsync();
        await story.SignInAsync();
        var first = story.Nina();
        story.Provider.Claims["name"] = "Nina Berg";

        await story.SignInAsync();

        Assert.Equal((first.Id, "Nina Berg"), (story.Nina().Id, story.Nina().Name));
    }

    [Fact]
    public async Task SignIn_TwentyFirstTimesAtOnce_MakeOneAccount()
    {
        await using var story = await ProviderStory.BeginAsync();
        var accounts = story.Host.Get<ExternalAccounts>();
        var identity = new ProviderIdentity { Issuer = FakeProvider.Issuer, Subject = "1", Name = "Nina" };

        var signIns = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => accounts.SignInAsync(identity, new(null, null), None)))).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.All(signIns, signIn => Assert.Equal(story.Nina().Id, signIn.Value?.UserId));
    }

    [Fact]
    public async Task E30_State_MissingWrongOrFromAnotherBrowser_IsRefused()
    {
        await using var story = await ProviderStory.BeginAsync();
        var state = (await story.AskAsync())["state"];
        using var other = story.Host.Browse();
        await story.AskAsync(browser: other);

        story.AssertNobodyCameIn(await story.Browser.GetAsync("/signin-oidc?code=a-code"));
        story.AssertNobodyCameIn(await story.ReturnAsync("made-up"));
        story.AssertNobodyCameIn(await story.ReturnAsync(state[..^2] + (state[^2] == 'a' ? "b" : "a") + state[^1]));
        story.AssertNobodyCameIn(await story.ReturnAsync(state, browser: other));
        story.AssertNobodyCameIn(await story.ReturnAsync(state, more: "&state=twice"));
        Assert.Equal(0, story.Provider.Calls("/token"));
    }

    [Fact]
    public async Task E30_State_Reused_IsRefused()
    {
        await using var story = await ProviderStory.BeginAsync();
        var state = (await story.AskAsync())["state"];
        var cookies = new Dictionary<string, string>(story.Browser.Cookies, StringComparer.Ordinal);
        await story.ReturnAsync(state);
        using var replay = story.Host.Browse();
        foreach (var (name, value) in cookies)
        {
            replay.Cookies[name] = value;
        }

        var again = await story.ReturnAsync(state, browser: replay);

        Assert.Contains("problem=provider", again.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Single(story.Host.Accounts.Now.SignIns);
    }

    [Fact]
    public async Task E30_State_OlderThanItsTime_IsRefused()
    {
        await using var story = await ProviderStory.BeginAsync();
        var state = (await story.AskAsync())["state"];

        story.Host.Time.Advance(TimeSpan.FromMinutes(16));

        story.AssertNobodyCameIn(await story.ReturnAsync(state));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("another nonce")]
    public async Task E31_Nonce_MissingOrWrong_IsRefused(string? nonce)
    {
        await using var story = await ProviderStory.BeginAsync();
        story.Provider.Claims["nonce"] = nonce;

        story.AssertNobodyCameIn(await story.SignInAsync());
    }

    [Fact]
    public async Task E32_Pkce_IsS256AndTheVerifierFits()
    {
        await using var story = await ProviderStory.BeginAsync();
        var asked = await story.AskAsync();

        await story.ReturnAsync(asked["state"]);

        var request = Assert.Single(story.Provider.TokenRequests);
        Assert.Equal("S256", asked["code_challenge_method"]);
        Assert.Equal(asked["code_challenge"], WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(request["code_verifier"]))));
        Assert.InRange(request["code_verifier"].Length, 43, 128);
        Assert.Equal("https://portal.fleet.test:8443/signin-oidc", request["redirect_uri"]);
        var basic = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{FakeProvider.ClientId}:{Uri.EscapeDataString(FakeProvider.ClientSecret)}"));
        Assert.Equal($"Basic {basic}", story.Provider.TokenAuthorization);
        Assert.DoesNotContain("client_secret", request.Keys);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("stripped")]
    [InlineData("HS256 with the public key")]
    [InlineData("HS256 with the client's secret")]
    [InlineData("unknown kid")]
    [InlineData("kid is a path")]
    [InlineData("another key under the right kid")]
    [InlineData("ES256 header over an RSA signature")]
    [InlineData("embedded jwk")]
    [InlineData("jku")]
    [InlineData("x5u")]
    [InlineData("no token at all")]
    [InlineData("crit")]
    public async Task E33_E34_Signature_ForgedInAnyKnownWay_IsRefusedAndNothingIsFetched(string way)
    {
        await using var story = await ProviderStory.BeginAsync();
        story.Provider.Token = claims => Forge(way, story.Provider, claims);

        story.AssertNobodyCameIn(await story.SignInAsync());

        Assert.Equal(story.Provider.AllCalls, story.Provider.Calls("/.well-known/openid-configuration") + story.Provider.Calls("/jwks") + story.Provider.Calls("/token"));
    }

    [Fact]
    public async Task E33_Signature_WithAnEllipticKey_IsAccepted()
    {
        await using var story = await ProviderStory.BeginAsync();
        story.Provider.Key = SigningKey.Ec("ec");

        await story.SignInAsync();

        Assert.NotNull(story.Nina());
    }

    [Fact]
    public async Task E33_Algorithm_NotInTheProvidersList_IsRefused()
    {
        await using var story = await ProviderStory.BeginAsync();
        story.Provider.Discovery["id_token_signing_alg_values_supported"] = new[] { "ES256" };

        story.AssertNobodyCameIn(await story.SignInAsync());
    }

    public static TheoryData<string, object?> WrongClaims => new()
    {
        { "iss", "https://evil.test" },
        { "iss", "https://id.lark.test/" },
        { "iss", "https://id.lark.test/other-tenant" },
        { "iss", null },
        { "aud", "other" },
        { "aud", "other third".Split(' ') },
        { "aud", "portportal other".Split(' ') },
        { "aud", null },
        { "azp", "other" },
        { "sub", null },
        { "sub", "" },
        { "exp", null },
        { "iat", null },
    };

    [Theory]
    [MemberData(nameof(WrongClaims))]
    public async Task E35_Claims_OfAnotherIssuerOrClient_AreRefused(string claim, object? value)
    {
        await using var story = await ProviderStory.BeginAsync();
        story.Provider.Claims[claim] = value;

        story.AssertNobodyCameIn(await story.SignInAsync());
    }

    [Fact]
    public async Task E35_Audience_SeveralWithOurselvesAsTheAuthorizedParty_IsAccepted()
    {
        await using var story = await ProviderStory.BeginAsync();
        story.Provider.Claims["aud"] = new[] { FakeProvider.ClientId, "other" };
        story.Provider.Claims["azp"] = FakeProvider.ClientId;

        await story.SignInAsync();

        Assert.NotNull(story.Nina());
    }

    [Theory]
    [InlineData("exp", -121, false)]
    [InlineData("exp", -60, true)]
    [InlineData("nbf", 121, false)]
    [InlineData("nbf", 60, true)]
    [InlineData("iat", 121, false)]
    [InlineData("iat", 60, true)]
    public async Task E36_Times_OutsideTheSkew_AreRefused(string claim, int seconds, bool accepted)
    {
        await using var story = await ProviderStory.BeginAsync();
        story.Provider.Claims[claim] = story.Host.Time.GetUtcNow().ToUnixTimeSeconds() + seconds;

        var answer = await story.SignInAsync();

        if (accepted)
        {
            Assert.NotNull(story.Nina());
        }
        else
        {
            story.AssertNobodyCameIn(answer);
        }
    }

    [Theory]
    [InlineData("https://evil.test")]
    [InlineData("https://id.lark.test/")]
    [InlineData(null)]
    public async Task E37_IssuerParameter_WrongOrMissingThoughPromised_IsRefused(string? issuer)
    {
        await using var story = await ProviderStory.BeginAsync();
        var state = (await story.AskAsync())["state"];

        story.AssertNobodyCameIn(await story.ReturnAsync(state, issuer: issuer));
        Assert.Equal(0, story.Provider.Calls("/token"));
    }

    [Fact]
    public async Task E37_IssuerParameter_MissingWhereNotPromised_IsFine()
    {
        await using var story = await ProviderStory.BeginAsync();
        story.Provider.Discovery["authorization_response_iss_parameter_supported"] = null;
        var state = (await story.AskAsync())["state"];

        await story.ReturnAsync(state, issuer: null);

        Assert.NotNull(story.Nina());
    }

    public static TheoryData<object?> NotVerified => new() { false, null, "true", 1, "1", "true false".Split(' ') };

    [Theory]
    [MemberData(nameof(NotVerified))]
    public async Task E38_EmailVerified_AnythingButTrueItself_DoesNotCount(object? value)
    {
        await using var story = await ProviderStory.BeginAsync();
        story.Provider.Claims["email_verified"] = value;

        await story.SignInAsync();

        Assert.Equal("nina@lark.test", story.Nina().Email);
        Assert.False(story.Nina().EmailVerified);
    }

    [Theory]
    [InlineData("true", false)]
    [InlineData(true, true)]
    public async Task E38_EmailVerified_FromUserInfo_IsAsStrict(object value, bool verified)
    {
        await using var story = await ProviderStory.BeginAsync();
        foreach (var claim in new[] { "name", "email", "email_verified", "groups" })
        {
            story.Provider.Claims[claim] = null;
        }

        story.Provider.UserInfo["email"] = "nina@lark.test";
        story.Provider.UserInfo["email_verified"] = value;
        story.Provider.UserInfo["groups"] = new[] { "a", "b" };

        await story.SignInAsync();

        Assert.Equal(verified, story.Nina().EmailVerified);
        Assert.Equal(["a", "b"], story.Nina().Groups);
    }

    [Fact]
    public async Task E38_Identity_SameAddressAsALocalAdmin_IsAnAccountOfItsOwn()
    {
        await using var story = await ProviderStory.BeginAsync();
        var admin = await story.Host.AddAsync("nina", Role.Admin);

        await story.SignInAsync();

        var other = Assert.Single(story.Host.Accounts.Now.Users.Values, user => user.Id != admin.Id);
        Assert.Equal((Role.Member, false), (other.Role, other.Local));
    }

    [Fact]
    public async Task E38_Identity_AddressChangedAtTheProvider_StaysTheSameAccount()
    {
        await using var story = await ProviderStory.BeginAsync();
        await story.SignInAsync();
        var before = story.Nina().Id;
        story.Provider.Claims["email"] = "other@lark.test";

        await story.SignInAsync();

        Assert.Equal((before, "other@lark.test"), (story.Nina().Id, story.Nina().Email));
    }

    [Fact]
    public async Task E39_Code_ReturnedTwentyTimesAtOnce_SignsInOnce()
    {
        await using var story = await ProviderStory.BeginAsync();
        var state = (await story.AskAsync())["state"];
        var browsers = Enumerable.Range(0, 20).Select(_ => story.Host.Browse()).ToList();
        foreach (var browser in browsers)
        {
            foreach (var (name, value) in story.Browser.Cookies)
            {
                browser.Cookies[name] = value;
            }
        }

        await Task.WhenAll(browsers.Select(browser => story.ReturnAsync(state, browser: browser))).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Single(story.Host.Accounts.Now.SignIns);
        Assert.Equal(1, story.Provider.Calls("/token"));
        browsers.ForEach(browser => browser.Dispose());
    }

    [Fact]
    public async Task E40_ErrorOfTheProvider_IsNeverMarkup()
    {
        await using var story = await ProviderStory.BeginAsync();
        var state = (await story.AskAsync())["state"];

        var refused = await story.ReturnAsync(state, code: null, more: "&error=access_denied&error_description=" + Uri.EscapeDataString("<script>alert(1)</script>"));
        story.AssertNobodyCameIn(refused);
        var page = await (await story.Browser.GetAsync(refused.Headers.Location!.OriginalString)).Content.ReadAsStringAsync();

        Assert.DoesNotContain("alert(1)", page, StringComparison.Ordinal);
        Assert.Contains("did not work", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.test/")]
    [InlineData("//evil.test")]
    [InlineData("/\\evil.test")]
    public async Task E41_Target_OfAnotherHost_LeadsHome(string target)
    {
        await using var story = await ProviderStory.BeginAsync();

        var back = await story.SignInAsync(target);

        Assert.Equal("/", back.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("issuer", "https://evil.test")]
    [InlineData("issuer", "https://id.lark.test/tenant")]
    [InlineData("authorization_endpoint", "http://id.lark.test/authorize")]
    [InlineData("authorization_endpoint", null)]
    [InlineData("token_endpoint", "http://id.lark.test/token")]
    [InlineData("token_endpoint", "https://169.254.169.254/latest/meta-data")]
    [InlineData("jwks_uri", "https://[fe80::1]/jwks")]
    [InlineData("jwks_uri", "https://[::ffff:169.254.169.254]/jwks")]
    [InlineData("jwks_uri", "file:///etc/passwd")]
    [InlineData("userinfo_endpoint", "https://id@169.254.169.254/")]
    [InlineData("end_session_endpoint", "javascript:alert(1)")]
    public async Task E42_Discovery_OfAnotherIssuerOrWithUnsafeEndpoints_IsRefused(string member, string? value)
    {
        await using var story = await ProviderStory.BeginAsync();
        story.Provider.Discovery[member] = value;

        var answer = await story.Browser.GetAsync("/sign-in/provider");

        Assert.Equal("/sign-in?problem=unreachable", answer.Headers.Location?.OriginalString);
        Assert.Equal(0, story.Provider.Calls("/jwks") + story.Provider.Calls("/token"));
    }

    [Theory]
    [InlineData("ftp://id.test", false)]
    [InlineData("http://id.test", false)]
    [InlineData("https://169.254.169.254", false)]
    [InlineData("https://id.test?x=1", false)]
    [InlineData("id.test", false)]
    [InlineData("https://id.test/realms/a", true)]
    [InlineData("http://127.0.0.1:4444", true)]
    public void E42_Authority_MustBeSafe(string authority, bool fine) =>
        Assert.Equal(fine, new OidcOptionsValidation().Validate(null, new() { Authority = authority, ClientId = "x" }).Succeeded);

    [Fact]
    public async Task E43_Keys_Rotated_AreFetchedOnceAndTheSignInGoesThrough()
    {
        await using var story = await ProviderStory.BeginAsync();
        await story.SignInAsync();
        story.Host.Time.Advance(ProviderMetadata.ShortestPause);
        story.Provider.Key = SigningKey.Rsa("two");

        var back = await story.SignInAsync();

        Assert.Equal("/whoami", back.Headers.Location?.OriginalString);
        Assert.Equal(2, story.Provider.Calls("/jwks"));
    }

    [Fact]
    public async Task E43_Keys_AskedForWithManyMadeUpIds_AreFetchedOncePerPause()
    {
        await using var story = await ProviderStory.BeginAsync();
        await story.AskAsync();
        story.Host.Time.Advance(ProviderMetadata.ShortestPause);
        story.Provider.Token = claims => Forge("unknown kid", story.Provider, claims);

        for (var i = 0; i < 5; i++)
        {
            story.AssertNobodyCameIn(await story.SignInAsync());
        }

        Assert.Equal(2, story.Provider.Calls("/jwks"));
    }

    [Fact]
    public async Task E43_Provider_DownForAWhile_KnownKeysStillServeThoseWhoReturn()
    {
        await using var story = await ProviderStory.BeginAsync();
        await story.SignInAsync();
        story.Provider.Trouble = request => request.RequestUri!.AbsolutePath is "/jwks" or "/.well-known/openid-configuration" ? new(HttpStatusCode.BadGateway) : null;

        story.Host.Time.Advance(ProviderMetadata.FreshFor);
        Assert.Equal("/whoami", (await story.SignInAsync()).Headers.Location?.OriginalString);

        story.Host.Time.Advance(ProviderMetadata.UsableFor);
        Assert.Equal("/sign-in?problem=unreachable", (await story.Browser.GetAsync("/sign-in/provider")).Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("/jwks")]
    [InlineData("/.well-known/openid-configuration")]
    public async Task E43_Answer_OfTenMegabytes_IsRefused(string path)
    {
        await using var story = await ProviderStory.BeginAsync();
        story.Provider.Trouble = request => request.RequestUri!.AbsolutePath == path ? FakeProvider.Json(new { keys = Array.Empty<object>(), filler = new string('x', 10_000_000) }) : null;

        Assert.Equal("/sign-in?problem=unreachable", (await story.Browser.GetAsync("/sign-in/provider")).Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/jwt")]
    public async Task E43_TokenAnswer_ThatIsNoJson_IsRefused(string type)
    {
        await using var story = await ProviderStory.BeginAsync();
        story.Provider.Trouble = request => request.RequestUri!.AbsolutePath == "/token" ? new(HttpStatusCode.OK) { Content = new StringContent("{}", Encoding.UTF8, type) } : null;

        story.AssertNobodyCameIn(await story.SignInAsync());
    }

    [Fact]
    public async Task E44_UserInfo_OfSomebodyElse_IsRefused()
    {
        await using var story = await ProviderStory.BeginAsync();
        story.Provider.Claims["email"] = null;
        story.Provider.UserInfo["sub"] = "somebody else";
        story.Provider.UserInfo["email"] = "boss@lark.test";

        story.AssertNobodyCameIn(await story.SignInAsync());
    }

    [Fact]
    public async Task E45_AdminGroup_GivenAndTakenAway_ChangesTheRoleAtTheNextSignIn()
    {
        await using var story = await ProviderStory.BeginAsync(adminGroups: "ops, platform");
        story.Provider.Claims["groups"] = new[] { "dev", "platform" };
        await story.SignInAsync();
        Assert.Equal(Role.Admin, story.Nina().Role);

        story.Provider.Claims["groups"] = new[] { "Platform", "platform-guests" };
        await story.SignInAsync();
        Assert.Equal(Role.Member, story.Nina().Role);

        story.Provider.Claims["groups"] = "ops";
        await story.SignInAsync();
        Assert.Equal(Role.Admin, story.Nina().Role);
    }

    [Fact]
    public async Task E45_Disabled_Account_IsNotLetInByTheProvider()
    {
        await using var story = await ProviderStory.BeginAsync();
        var root = await story.Host.AddAsync("root", Role.Admin);
        await story.SignInAsync();
        var nina = story.Host.Accounts.Now.Users.Values.Single(user => user.Id != root.Id);
        await story.Host.Get<UserService>().ChangeAsync(nina.Id, new(Disabled: true), story.Host.Accounts.FindActor(root.Id)!, [], None);
        using var browser = story.Host.Browse();

        var state = (await story.AskAsync(browser: browser))["state"];
        var refused = await story.ReturnAsync(state, browser: browser);

        Assert.Equal("/sign-in?problem=disabled", refused.Headers.Location?.OriginalString);
        Assert.DoesNotContain(PortalCookie.Name, browser.Cookies.Keys);
    }

    [Fact]
    public async Task E47_FiftyTabs_KeepFewCookiesAndTheNewestWorks()
    {
        await using var story = await ProviderStory.BeginAsync();
        var state = "";
        for (var i = 0; i < 50; i++)
        {
            state = (await story.AskAsync())["state"];
        }

        Assert.InRange(story.Browser.Cookies.Sum(pair => pair.Key.Length + pair.Value.Length), 0, 1500);
        await story.ReturnAsync(state);
        Assert.NotNull(story.Nina());
    }

    [Fact]
    public async Task SignOut_ThroughTheProvider_EndsItsSessionToo()
    {
        await using var story = await ProviderStory.BeginAsync();
        await story.SignInAsync();

        var page = await (await story.Browser.PostAsync("/sign-out", [])).Content.ReadAsStringAsync();

        Assert.Contains($"url={FakeProvider.Issuer}/logout?", page, StringComparison.Ordinal);
        Assert.Contains("id_token_hint=ey", page, StringComparison.Ordinal);
        Assert.Contains("post_logout_redirect_uri=https%3A%2F%2Fportal.fleet.test%3A8443%2Fsignout-callback-oidc", page, StringComparison.Ordinal);
        Assert.Empty(story.Host.Accounts.Now.SignIns);
        Assert.Equal("/sign-in?out", (await story.Browser.GetAsync("/signout-callback-oidc")).Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task SignInPage_WithAProvider_OffersItFirst()
    {
        await using var story = await ProviderStory.BeginAsync();

        var page = await (await story.Browser.GetAsync("/sign-in?return=%2Fwhoami")).Content.ReadAsStringAsync();

        Assert.Contains("href=\"/sign-in/provider?return=%2Fwhoami\"", page, StringComparison.Ordinal);
        Assert.Contains("Continue with id.lark.test", page, StringComparison.Ordinal);
        Assert.Contains("name=\"password\"", page, StringComparison.Ordinal);
    }

    private static string Forge(string way, FakeProvider provider, Dictionary<string, object?> claims)
    {
        var key = provider.Key;
        var mine = SigningKey.Rsa(key.Id);
        var header = new Dictionary<string, object>(StringComparer.Ordinal) { ["alg"] = "RS256", ["kid"] = key.Id };
        return way switch
        {
            "none" or "None" => SigningKey.Jwt(new(StringComparer.Ordinal) { ["alg"] = way, ["kid"] = key.Id }, claims, _ => []),
            "stripped" => key.Sign(claims)[..(key.Sign(claims).LastIndexOf('.') + 1)],
            "HS256 with the public key" => Hs256(header, claims, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(key.Public)),
            "HS256 with the client's secret" => Hs256(header, claims, Encoding.UTF8.GetBytes(FakeProvider.ClientSecret.PadRight(32))),
            "unknown kid" => SigningKey.Rsa("unknown").Sign(claims),
            "kid is a path" => key.Sign(claims, new(StringComparer.Ordinal) { ["alg"] = "RS256", ["kid"] = "../../dev/null" }),
            "another key under the right kid" => mine.Sign(claims),
            "ES256 header over an RSA signature" => key.Sign(claims, new(StringComparer.Ordinal) { ["alg"] = "ES256", ["kid"] = key.Id }),
            "embedded jwk" => mine.Sign(claims, new(header, StringComparer.Ordinal) { ["kid"] = "mine", ["jwk"] = mine.Public }),
            "jku" => mine.Sign(claims, new(header, StringComparer.Ordinal) { ["kid"] = "mine", ["jku"] = "https://id.lark.test/evil-keys" }),
            "x5u" => mine.Sign(claims, new(header, StringComparer.Ordinal) { ["kid"] = "mine", ["x5u"] = "https://id.lark.test/evil-cert" }),
            "crit" => mine.Sign(claims, new(header, StringComparer.Ordinal) { ["crit"] = "b64".Split(' '), ["b64"] = false }),
            "no token at all" => "",
            _ => throw new ArgumentOutOfRangeException(nameof(way), way, message: null),
        };
    }

    private static string Hs256(Dictionary<string, object> header, Dictionary<string, object?> claims, byte[] secret) =>
        SigningKey.Jwt(new(header, StringComparer.Ordinal) { ["alg"] = "HS256" }, claims, data => HMACSHA256.HashData(secret, data));
}
