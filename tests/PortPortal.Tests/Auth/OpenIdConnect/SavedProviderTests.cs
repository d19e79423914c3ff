using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PortPortal.Auth;
using PortPortal.Auth.OpenIdConnect;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.TestSupport;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Auth.OpenIdConnect;

/// <summary>An identity provider that an admin saves, changes and takes away while the portal runs.</summary>
public sealed class SavedProviderTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly ProviderChange Lark = new()
    {
        Issuer = FakeProvider.Issuer,
        ClientId = FakeProvider.ClientId,
        ClientSecret = FakeProvider.ClientSecret,
        Scopes = "openid profile email groups",
        GroupClaim = "groups",
        AdminGroups = "",
    };

    [Fact]
    public async Task Provider_Saved_SignsPeopleInAtOnce_AndNoMoreOnceTakenAway()
    {
        await using var story = await ProviderStory.BeginUnconfiguredAsync();
        var service = story.Host.Get<ProviderService>();
        await story.Host.AddAsync("mira", Role.Admin);
        Assert.DoesNotContain("Continue with", await SignInPageAsync(story), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await story.Browser.GetAsync("/sign-in/provider")).StatusCode);

        // 1 saved: the next sign-in asks it
        Assert.True((await service.SaveAsync(Lark, endSignIns: false, Actor.System, None)).Value);
        Assert.Contains("Continue with id.lark.test", await SignInPageAsync(story), StringComparison.Ordinal);
        Assert.Equal("/whoami", (await story.SignInAsync()).Headers.Location?.OriginalString);
        Assert.Equal(Role.Member, Person(story, "Nina Holm").Role);

        // 2 changed: other groups count at the next sign-in, by another claim; the secret stays
        story.Provider.Claims["roles"] = new[] { "platform" };
        Assert.True((await service.SaveAsync(Lark with { ClientSecret = null, GroupClaim = "roles", AdminGroups = "platform" }, endSignIns: false, Actor.System, None)).Value);
        await story.SignInAsync();
        Assert.Equal(Role.Admin, Person(story, "Nina Holm").Role);
        Assert.All(story.Provider.TokenRequests, request => Assert.DoesNotContain("client_secret", request.Keys));
        Assert.StartsWith("Basic ", story.Provider.TokenAuthorization, StringComparison.Ordinal);

        // 3 taken away: nobody is sent there, who is on the way is not let in, and signing out still works
        using var late = story.Host.Browse();
        var underway = await story.AskAsync(browser: late);
        Assert.True((await service.ClearAsync(endSignIns: false, Actor.System, None)).Value);
        Assert.Contains("problem=provider", (await story.ReturnAsync(underway["state"], browser: late)).Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Contains("Nina Holm", await (await story.Browser.GetAsync("/whoami")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("/sign-in?out", (await story.Browser.PostAsync("/sign-out", [])).Headers.Location?.OriginalString);
        Assert.DoesNotContain("Continue with", await SignInPageAsync(story), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await story.Browser.GetAsync("/sign-in/provider")).StatusCode);

        // 4 local accounts work as before
        await story.Browser.SubmitAsync("/sign-in", ("email", "mira@lark.test"), ("password", PortalHost.Password));
        Assert.Contains("mira", await (await story.Browser.GetAsync("/whoami")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Provider_Saved_IsInForceAfterARestart_WithItsSecret_WhichNobodyIsShown()
    {
        using var provider = new FakeProvider(new(TimeProvider.System.GetUtcNow()));
        await using var portal = await PortalApp.StartAsync(adapt: services => services.Configure<OpenIdConnectOptions>(
            OpenIdConnectOptions.DefaultScheme,
            options => options.BackchannelHttpHandler = provider));
        Assert.True((await portal.Get<ProviderService>().SaveAsync(Lark with { AdminGroups = "dev" }, endSignIns: false, Actor.System, None)).Value);

        await portal.RestartAsync();

        // 1 it is asked, with its secret, and decides who is an admin
        var jar = new CookieContainer();
        await SignInThroughAsync(provider, portal, jar);
        Assert.Equal($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{FakeProvider.ClientId}:{Uri.EscapeDataString(FakeProvider.ClientSecret)}"))}", provider.TokenAuthorization);

        // 2 the pages show it, without the secret
        using var browser = portal.Http.NewClient(jar);
        foreach (var path in new[] { "/settings", "/set-up/sign-in" })
        {
            var page = WebUtility.HtmlDecode(await browser.GetStringAsync(new Uri(portal.Portal, path)));
            Assert.Contains(FakeProvider.Issuer, page, StringComparison.Ordinal);
            Assert.DoesNotContain(FakeProvider.ClientSecret, page, StringComparison.Ordinal);
        }

        // 3 what is saved now keeps the secret, over another restart, too
        Assert.True((await portal.Get<ProviderService>().SaveAsync(Lark with { ClientSecret = null, AdminGroups = "platform" }, endSignIns: false, Actor.System, None)).Value);
        await portal.RestartAsync();
        var options = portal.Get<IOptionsMonitor<OidcOptions>>().CurrentValue;
        Assert.Equal((FakeProvider.ClientSecret, "platform"), (options.ClientSecret, options.AdminGroups));

        // 4 and what is taken away stays away
        Assert.True((await portal.Get<ProviderService>().ClearAsync(endSignIns: false, Actor.System, None)).Value);
        await portal.RestartAsync();
        using var stranger = portal.Http.NewClient();
        Assert.DoesNotContain("Continue with", await stranger.GetStringAsync(new Uri(portal.Portal, "/sign-in")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Provider_Replaced_IsAskedByItsOwnMetadata_AndGetsNoSecretOfTheFormer()
    {
        await using var story = await ProviderStory.BeginUnconfiguredAsync();
        var service = story.Host.Get<ProviderService>();
        await service.SaveAsync(Lark, endSignIns: false, Actor.System, None);
        await story.SignInAsync();
        var before = story.Provider.Calls("/.well-known/openid-configuration");
        story.Provider.Discovery["issuer"] = "https://id.other.test";
        story.Provider.Discovery["authorization_endpoint"] = "https://id.other.test/authorize";

        Assert.True((await service.SaveAsync(Lark with { Issuer = "https://id.other.test", ClientSecret = null }, endSignIns: false, Actor.System, None)).Value);

        var redirect = await story.Browser.GetAsync("/sign-in/provider");
        Assert.StartsWith("https://id.other.test/authorize?", redirect.Headers.Location!.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(before + 1, story.Provider.Calls("/.well-known/openid-configuration"));
        Assert.Equal("", Options(story).ClientSecret);
    }

    [Fact]
    public async Task Provider_Saved_IsInAFileOfItsOwnerAlone_AndItsSecretNowhereElse()
    {
        await using var story = await ProviderStory.BeginUnconfiguredAsync();
        var service = story.Host.Get<ProviderService>();

        await service.SaveAsync(Lark, endSignIns: false, new("u1", "Mira", Role.Admin, "192.0.2.7"), None);
        await service.SaveAsync(Lark with { ClientSecret = "another one", AdminGroups = "platform" }, endSignIns: false, new("u1", "Mira", Role.Admin, "192.0.2.7"), None);
        Assert.False((await service.SaveAsync(Lark with { ClientSecret = null, AdminGroups = "platform" }, endSignIns: false, Actor.System, None)).Value);

        var path = story.Host.Get<DataDirectory>().File("provider.json");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        Assert.Contains("another one", await File.ReadAllTextAsync(path), StringComparison.Ordinal);
        var entries = await story.Host.Get<Database>().RunAsync(db => db.Set<AuditEntry>().Where(entry => entry.Action == "provider.changed").OrderBy(entry => entry.Id).ToListAsync());
        Assert.Equal(
            ["Set the identity provider “id.lark.test”; changed: issuer, client id, client secret.", "Set the identity provider “id.lark.test”; changed: client secret, admin groups."],
            entries.Select(entry => entry.Reason));
        Assert.All(entries, entry => Assert.Equal("Mira", entry.ActorName));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Provider_ReplacedOrTakenAway_EndsSignInsOfItsPeopleWithinASecond_WhereAskedTo(bool replaced)
    {
        await using var echo = await EchoApp.StartAsync();
        using var provider = new FakeProvider(new(TimeProvider.System.GetUtcNow()));
        await using var portal = await PortalApp.StartAsync(adapt: services => services.Configure<OpenIdConnectOptions>(OpenIdConnectOptions.DefaultScheme, options => options.BackchannelHttpHandler = provider));
        var service = portal.Get<ProviderService>();
        await portal.Api.RegisterSessionAsync("shop");
        var app = new Uri((await portal.Api.ExposeAsync("shop", echo.Port, "sso")).GetProperty("url").GetString()!);
        await service.SaveAsync(Lark, endSignIns: false, Actor.System, None);

        // 1 nina came by the provider, Ada has an account here; both have something open
        var (nina, ada) = (new CookieContainer(), new CookieContainer());
        await PortalPeople.SetUpAdminAsync(portal.Http, portal.SetUpLink, ada);
        await SignInThroughAsync(provider, portal, nina);
        using var ninas = await OpenSocketAsync(portal, app, nina);
        using var adas = await OpenSocketAsync(portal, app, ada);
        var ended = ninas.ReceiveAsync(new byte[16], None);

        // 2 a change that leaves the issuer, or asks for nothing, ends nothing
        Assert.True((await service.SaveAsync(Lark with { Scopes = "openid profile email" }, endSignIns: true, Actor.System, None)).Value);
        var other = Lark with { Issuer = "https://id.other.test" };
        Assert.True((await (replaced ? service.SaveAsync(other, endSignIns: false, Actor.System, None) : service.ClearAsync(endSignIns: false, Actor.System, None))).Value);
        Assert.True(await IsSignedInAsync(portal, nina));
        Assert.False(ended.IsCompleted);

        // 3 asked for, also afterwards
        var act = replaced ? service.SaveAsync(other, endSignIns: true, Actor.System, None) : service.ClearAsync(endSignIns: true, Actor.System, None);
        Assert.True((await act).Value);
        await Assert.ThrowsAnyAsync<WebSocketException>(() => ended.WaitAsync(TimeSpan.FromSeconds(1)));
        Assert.False(await IsSignedInAsync(portal, nina));
        using (var again = await PortalPeople.VisitAsync(portal.Http, app, nina))
        {
            Assert.Equal("/sign-in", again.RequestMessage!.RequestUri!.AbsolutePath);
        }

        // 4 Ada stays, and so does what she has open; the audit counts
        await adas.SendAsync("still here"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, None);
        Assert.Equal(10, (await adas.ReceiveAsync(new byte[16], None)).Count);
        Assert.True(await IsSignedInAsync(portal, ada));
        Assert.Equal(["Signed out one person whom no identity provider vouches for any more."], await ReasonsAsync(portal.Get<Database>(), "user.signed_out"));
        Assert.False((await (replaced ? service.SaveAsync(other, endSignIns: true, Actor.System, None) : service.ClearAsync(endSignIns: true, Actor.System, None))).Value);
    }

    [Fact]
    public async Task Provider_WhoseSignInsEnd_IsKept_WhereNobodyCouldMendItAfterwards()
    {
        await using var story = await ProviderStory.BeginUnconfiguredAsync();
        var service = story.Host.Get<ProviderService>();
        await service.SaveAsync(Lark with { AdminGroups = "dev" }, endSignIns: false, Actor.System, None);
        await story.SignInAsync();

        var refused = await service.ClearAsync(endSignIns: true, Actor.System, None);

        Assert.Equal((409, "endSignIns"), (Assert.Single(refused.Refusals).Status, refused.Refusals[0].Field));
        Assert.True(Options(story).IsConfigured);
        Assert.Single(story.Host.Accounts.Now.SignIns);
        await story.Host.AddAsync("mira", Role.Admin);
        Assert.True((await service.ClearAsync(endSignIns: true, Actor.System, None)).Value);
        Assert.Empty(story.Host.Accounts.Now.SignIns);
        Assert.EndsWith(
            "changed: issuer, client id, client secret. Signed out one person whom no identity provider vouches for any more.",
            (await ReasonsAsync(story.Host.Get<Database>(), "provider.changed"))[^1],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Provider_ReplacedWhileItAnswers_LetsNobodyInAnyMore()
    {
        await using var story = await ProviderStory.BeginUnconfiguredAsync();
        var service = story.Host.Get<ProviderService>();
        await service.SaveAsync(Lark, endSignIns: false, Actor.System, None);
        var asked = await story.AskAsync();
        story.Provider.Trouble = request =>
        {
            if (request.RequestUri!.AbsolutePath == "/token")
            {
                service.SaveAsync(Lark with { Issuer = "https://id.other.test" }, endSignIns: false, Actor.System, None).GetAwaiter().GetResult();
            }

            return null;
        };

        var back = await story.ReturnAsync(asked["state"]);

        Assert.Contains("problem=provider", back.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.DoesNotContain(PortalCookie.Name, story.Browser.Cookies.Keys);
        Assert.Empty(story.Host.Accounts.Now.SignIns);
        Assert.Equal("https://id.other.test", Options(story).Authority);
    }

    [Theory]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Member)]
    public async Task Provider_OfWhoeverIsNoAdmin_StaysAsItIs(Role role)
    {
        await using var story = await ProviderStory.BeginUnconfiguredAsync();
        var service = story.Host.Get<ProviderService>();
        var user = await story.Host.AddAsync("otto", role);
        var actor = new Actor(user.Id, user.Name, role, "192.0.2.7");

        Assert.Equal(403, Assert.Single((await service.SaveAsync(Lark, endSignIns: false, actor, None)).Refusals).Status);
        Assert.Equal(403, Assert.Single((await service.ClearAsync(endSignIns: false, actor, None)).Refusals).Status);
        await story.Browser.SubmitAsync("/sign-in", ("email", "otto@lark.test"), ("password", PortalHost.Password));
        Assert.Equal(HttpStatusCode.Forbidden, (await story.Browser.GetAsync("/set-up/sign-in")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await story.Browser.GetAsync("/sign-in/trial")).StatusCode);
        Assert.False(Options(story).IsConfigured);
    }

    [Fact]
    public async Task Provider_WithFaults_IsToldAllOfThemByField_AndNothingIsSaved()
    {
        await using var story = await ProviderStory.BeginUnconfiguredAsync();

        var refused = await story.Host.Get<ProviderService>().SaveAsync(
            new() { Issuer = "http://id.lark.test?x=1", ClientId = " ", ClientSecret = "dots …", Scopes = "openid \"mail\"", GroupClaim = "two words", AdminGroups = "a\u0007" },
            endSignIns: false, Actor.System,
            None);

        Assert.Equal(["issuer", "clientId", "clientSecret", "scopes", "groupClaim", "adminGroups"], refused.Refusals.Select(refusal => refusal.Field));
        Assert.All(refused.Refusals, refusal => Assert.StartsWith($"{refusal.Field} ", refusal.Detail, StringComparison.Ordinal));
        Assert.False(Options(story).IsConfigured);
        Assert.False(File.Exists(story.Host.Get<DataDirectory>().File("provider.json")));
    }

    [Fact]
    public async Task Provider_ThatConfigurationSets_IsNotChangedHere()
    {
        await using var story = await ProviderStory.BeginAsync(adminGroups: "platform");
        var service = story.Host.Get<ProviderService>();

        var changed = await service.SaveAsync(Lark with { Issuer = "https://id.other.test", ClientSecret = "mine", AdminGroups = "mine" }, endSignIns: false, Actor.System, None);
        var cleared = await service.ClearAsync(endSignIns: false, Actor.System, None);
        var scopes = await service.SaveAsync(Lark with { ClientSecret = null, Scopes = "openid groups", AdminGroups = "platform" }, endSignIns: false, Actor.System, None);

        Assert.Equal(["adminGroups", "clientId", "clientSecret", "issuer"], service.Fixed.Order(StringComparer.Ordinal));
        Assert.Equal(["issuer", "clientSecret", "adminGroups"], changed.Refusals.Select(refusal => refusal.Field));
        Assert.Equal(409, Assert.Single(cleared.Refusals).Status);
        Assert.True(scopes.Value);
        Assert.Equal(("openid groups", FakeProvider.Issuer, FakeProvider.ClientSecret), (Options(story).Scopes, Options(story).Authority, Options(story).ClientSecret));
        Assert.DoesNotContain("ecret", await File.ReadAllTextAsync(story.Host.Get<DataDirectory>().File("provider.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void ProviderFile_StandsAboveAppSettings_AndBelowEverythingElse()
    {
        using var data = new TempDirectory();
        File.WriteAllText(data.File("appsettings.json"), """{ "Oidc": { "Authority": "", "ClientId": "default", "Scopes": "openid" } }""");
        File.WriteAllText(data.File("provider.json"), """{ "Authority": "https://id.lark.test", "ClientId": "saved", "AdminGroups": "saved", "Elsewhere": "never" }""");
        var builder = new ConfigurationBuilder().AddJsonFile(data.File("appsettings.json")).AddInMemoryCollection([new("Oidc:AdminGroups", "configured")]);
        ProviderFile.AddTo(builder, data.Root);

        var configuration = builder.Build();

        Assert.Equal(
            ("https://id.lark.test", "saved", "openid", "configured", null),
            (configuration["Oidc:Authority"], configuration["Oidc:ClientId"], configuration["Oidc:Scopes"], configuration["Oidc:AdminGroups"], configuration["Oidc:Elsewhere"]));
        Assert.Equal(["AdminGroups"], ProviderFile.Of(configuration).SetElsewhere(configuration));
    }

    [Fact]
    public void ProviderFile_ThatIsDamaged_IsSaidToBe()
    {
        using var data = new TempDirectory();
        File.WriteAllText(data.File("provider.json"), "{ \"Authority\": ");
        var builder = new ConfigurationBuilder();
        ProviderFile.AddTo(builder, data.Root);

        Assert.Contains("provider.json is damaged", Assert.Throws<InvalidDataException>(builder.Build).Message, StringComparison.Ordinal);
    }

    /// <summary>There and back, to the whole program.</summary>
    private static async Task SignInThroughAsync(FakeProvider provider, PortalApp portal, CookieContainer jar)
    {
        using var browser = portal.Http.NewClient(jar);
        Assert.Contains("Continue with id.lark.test", await browser.GetStringAsync(new Uri(portal.Portal, "/sign-in")), StringComparison.Ordinal);
        using var away = await browser.GetAsync(new Uri(portal.Portal, "/sign-in/provider"));
        var asked = QueryHelpers.ParseQuery(away.Headers.Location!.Query);
        provider.Nonce = asked["nonce"].ToString();
        var answer = new Dictionary<string, string?>(StringComparer.Ordinal) { ["state"] = asked["state"], ["code"] = "a-code", ["iss"] = FakeProvider.Issuer };
        using var back = await browser.GetAsync(new Uri(portal.Portal, QueryHelpers.AddQueryString("/signin-oidc", answer)));
        Assert.Equal("/", back.Headers.Location?.OriginalString);
    }

    /// <summary>Through the gate, then the app's echo.</summary>
    private static async Task<ClientWebSocket> OpenSocketAsync(PortalApp portal, Uri app, CookieContainer jar)
    {
        using var page = await PortalPeople.VisitAsync(portal.Http, app, jar);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        return await portal.Http.OpenSocketAsync(new UriBuilder(new Uri(app, "/ws")) { Scheme = "wss" }.Uri, None, jar.GetCookieHeader(app));
    }

    private static async Task<bool> IsSignedInAsync(PortalApp portal, CookieContainer jar)
    {
        using var page = await PortalPeople.VisitAsync(portal.Http, portal.Portal, jar);
        return page.RequestMessage!.RequestUri!.AbsolutePath != "/sign-in";
    }

    private static Task<List<string>> ReasonsAsync(Database database, string action) =>
        database.RunAsync(db => db.Set<AuditEntry>().Where(entry => entry.Action == action).OrderBy(entry => entry.Id).Select(entry => entry.Reason!).ToListAsync());

    private static OidcOptions Options(ProviderStory story) => story.Host.Get<IOptionsMonitor<OidcOptions>>().CurrentValue;

    private static Account Person(ProviderStory story, string name) => story.Host.Accounts.Now.Users.Values.Single(user => user.Name == name);

    private static async Task<string> SignInPageAsync(ProviderStory story)
    {
        using var stranger = story.Host.Browse();
        return await (await stranger.GetAsync("/sign-in")).Content.ReadAsStringAsync();
    }
}
