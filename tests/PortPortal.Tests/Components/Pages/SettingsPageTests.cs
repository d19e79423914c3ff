using Bunit;
using Microsoft.Extensions.Options;
using PortPortal.Components.Pages;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Mail;
using OutboxPage = PortPortal.Components.Pages.Outbox;

namespace PortPortal.Tests.Components.Pages;

public sealed class SettingsPageTests
{
    [Fact]
    public async Task Settings_OfAnAdmin_HasEverySection()
    {
        await using var bench = await PageBench.StartAsync();

        var page = bench.Open<Settings>("/settings");

        Assert.Equal(["API keys", "Sign-in", "Mail", "Address and TLS", "Look", "Backup", "About"], page.FindAll(".settings > nav a").Select(link => link.TextContent));
        Assert.Equal(["API keys", "Sign-in", "Mail", "Look", "Address and TLS", "Backup", "About"], page.FindAll("section.pp-panel").Select(panel => panel.GetAttribute("aria-label")));
        Assert.Contains("Not configured", page.Find("section[aria-label=Mail]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_Backup_NamesTheFilesOfThisVeryPortal()
    {
        await using var bench = await PageBench.StartAsync();
        var data = bench.Get<DataDirectory>();
        Directory.CreateDirectory(data.File("tunnel"));

        var page = bench.Open<Settings>("/settings");

        var commands = page.Find("section[aria-label=Backup] pre").TextContent.Split('\n');
        Assert.Equal([$"sqlite3 {data.File("portportal.db")} \".backup '/backup/portportal.db'\"", $"cp -a {data.File("ca")} /backup/", $"cp -a {data.File("tunnel")} /backup/"], commands);
        Assert.True(File.Exists(data.File("portportal.db")));
        Assert.Equal(string.Join('\n', commands), page.Find("section[aria-label=Backup] [data-pp-copy]").GetAttribute("data-pp-copy"));
    }

    [Fact]
    public async Task Settings_OfAMember_HasTheirKeysAndTheirLookOnly()
    {
        await using var bench = await PageBench.StartAsync();
        await bench.ReadAsAsync(Role.Member);

        var page = bench.Open<Settings>("/settings");

        Assert.Equal(["API keys", "Look"], page.FindAll("section.pp-panel").Select(panel => panel.GetAttribute("aria-label")));
    }

    [Fact]
    public async Task Settings_NewKey_IsShownOnceAndThenByItsBeginning()
    {
        await using var bench = await PageBench.StartAsync();
        var page = bench.Open<Settings>("/settings");
        await page.Find("section[aria-label='API keys'] header .pp-button").ClickAsync();
        await page.Find("dialog input").InputAsync("ci");
        await page.Find("dialog form.stack").SubmitAsync();

        page.WaitForAssertion(() => Assert.Matches("^pp_[a-z2-7]{12}_[a-z2-7]{38}$", page.Find(".pp-secret .mono").TextContent));
        var text = page.Find(".pp-secret .mono").TextContent;
        await page.Find(".pp-secret > .pp-button").ClickAsync();

        Assert.DoesNotContain(text, page.Markup, StringComparison.Ordinal);
        Assert.Contains(text[..15], page.Find(".keys tbody .c-key").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_WhileAProviderIsTyped_SayWhatARealOneLacks_AndSaveIt()
    {
        var issuer = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        await using var bench = await PageBench.StartAsync();
        await using var provider = await OidcServer.StartAsync(issuer, bench.Get<PublicAddress>().Portal);
        var page = bench.Open<Settings>("/settings");
        string Panel() => page.Find("section[aria-label=Sign-in]").TextContent;

        await Input(page, "Issuer").InputAsync("http://127.0.0.1:1");
        page.WaitForAssertion(() => Assert.Contains("Provider not found", Panel(), StringComparison.Ordinal), TimeSpan.FromSeconds(20));

        await Input(page, "Issuer").InputAsync(issuer.ToString().TrimEnd('/'));
        page.WaitForAssertion(() => Assert.Contains("Redirect address refused", Panel(), StringComparison.Ordinal), TimeSpan.FromSeconds(20));

        await Input(page, "Client ID").InputAsync(OidcServer.ClientId);
        page.WaitForAssertion(() => Assert.Contains("The provider sends people back here.", Panel(), StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        Assert.Contains("ms, 1 signing key.", Panel(), StringComparison.Ordinal);

        await Input(page, "Client secret").InputAsync(OidcServer.ClientSecret);
        await Button(page, "Save").ClickAsync();
        page.WaitForAssertion(() => Assert.Contains("127.0.0.1 configured", Panel(), StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        Assert.Equal(OidcServer.ClientSecret, bench.Get<IOptionsMonitor<OidcOptions>>().CurrentValue.ClientSecret);
        Assert.DoesNotContain(OidcServer.ClientSecret, page.Markup, StringComparison.Ordinal);
        Assert.Contains("Kept, and never shown again", Panel(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_ProviderThatCannotBe_IsRefusedBesideItsFields_AndNoneIsTakenAwayUnasked()
    {
        await using var bench = await PageBench.StartAsync();
        var page = bench.Open<Settings>("/settings");
        Assert.True(page.Find("section[aria-label=Sign-in] .pp-card:nth-child(2) input").HasAttribute("disabled")); // no Pangolin here, and it says so
        Assert.Contains("PANGOLIN_… not set", page.Find("section[aria-label=Sign-in] .pp-card:nth-child(2)").TextContent, StringComparison.Ordinal);

        await Input(page, "Issuer").InputAsync("id.lark.example");
        await Button(page, "Save").ClickAsync();

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("section[aria-label=Sign-in] .pp-help.bad").Count), TimeSpan.FromSeconds(10));
        Assert.StartsWith("Issuer takes an https URL", page.FindAll("section[aria-label=Sign-in] .pp-help.bad")[0].TextContent, StringComparison.Ordinal);
        Assert.False(bench.Get<IOptionsMonitor<OidcOptions>>().CurrentValue.IsConfigured);
    }

    [Fact]
    public async Task Settings_ProviderOfConfiguration_IsShownButNotToBeChanged()
    {
        await using var bench = await PageBench.StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["Oidc:Authority"] = "https://id.lark.example", ["Oidc:ClientId"] = "portportal" });

        var page = bench.Open<Settings>("/settings");

        Assert.All(["Issuer", "Client ID"], field => Assert.True(Input(page, field).HasAttribute("readonly")));
        Assert.All(["Client secret", "Scopes", "Group claim", "Admins are in"], field => Assert.False(Input(page, field).HasAttribute("readonly")));
        // The checks are the last that this page hears of by itself: nothing renders under the click.
        page.WaitForAssertion(() => Assert.Contains("has a problem", page.Find("section[aria-label=Sign-in] header").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        await Button(page, "Another way to sign in").ClickAsync();
        Assert.True(page.Find("section[aria-label=Sign-in] .pp-card:nth-child(3) input").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Settings_ThroughPangolin_SaysInWordsWhatThatIs()
    {
        await using var bench = await PageBench.StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Pangolin:ApiUrl"] = "http://127.0.0.1:1/v1", ["Pangolin:OrgId"] = "lark", ["Pangolin:SiteId"] = "1", ["Pangolin:BaseDomain"] = "lark.example", ["Pangolin:ApiKey"] = "id.secret",
        });

        var page = bench.Open<Settings>("/settings");

        Assert.True(page.Find("section[aria-label=Sign-in] .pp-card:nth-child(2) input").HasAttribute("checked"));
        Assert.Contains("prove themselves at 127.0.0.1", page.Find("section[aria-label=Sign-in]").TextContent, StringComparison.Ordinal);
        Assert.Contains("Local accounts only", page.Find("section[aria-label=Sign-in] header").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_TestMail_ToARealServerThatIsNotTrusted_SaysWhyItDidNotGo()
    {
        await using var mail = await MailServer.StartAsync();
        var settings = mail.Settings.Select(one => one[2..].Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1], StringComparer.Ordinal);
        await using var bench = await PageBench.StartAsync(settings: settings);
        var page = bench.Open<Settings>("/settings");

        await page.Find("section[aria-label=Mail] form input").InputAsync("ada@lark.example");
        await page.Find("section[aria-label=Mail] form").SubmitAsync();

        page.WaitForAssertion(() => Assert.Contains("did not take it", page.Find("section[aria-label=Mail]").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        Assert.Empty(mail.MailsTo("ada@lark.example"));
    }

    [Fact]
    public async Task Outbox_WithoutAMailServer_ShowsTheCodesAndSaysWhy()
    {
        await using var bench = await PageBench.StartAsync();
        var page = bench.Open<OutboxPage>("/outbox");
        Assert.Contains("No mail server is configured", page.Find(".pp-banner").TextContent, StringComparison.Ordinal);
        Assert.True(EmailAddress.TryParse("nina@example.com", out var nina));

        bench.Get<MailQueue>().Send(nina, "Your code", "It is 482913.");

        page.WaitForAssertion(() => Assert.Contains("It is 482913.", page.Find(".mails").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(5));
    }

    private static AngleSharp.Dom.IElement Input(IRenderedComponent<Settings> page, string label)
    {
        var of = page.FindAll("section[aria-label=Sign-in] .pp-field > label").Single(text => text.TextContent == label).GetAttribute("for");
        return page.Find($"#{of}");
    }

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<Settings> page, string text) =>
        page.FindAll("section[aria-label=Sign-in] button").Single(button => button.TextContent.Trim() == text);
}
