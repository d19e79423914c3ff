using Microsoft.Extensions.Logging.Abstractions;
using PortPortal.Engine.Tunnels.Pangolin;

namespace PortPortal.Tests.Tunnels.Pangolin;

public sealed class PangolinDriverTests : IAsyncLifetime
{
    private PangolinServer _server = null!;
    private PangolinDriver _driver = null!;

    public async Task InitializeAsync()
    {
        _server = await PangolinServer.StartAsync();
        _driver = NewDriver();
    }

    public async Task DisposeAsync()
    {
        await _driver.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task P11_EachPort_BecomesAResourceWithItsOwnNameTargetAndProof(bool old)
    {
        _server.Old = old;

        var report = await ApplyAsync(Sso("a", "abc-3000"), Pin("b", "abc-5432", "012345"), Email("c", "def-3000", "Ann@Example.com", "*@example.org"), Open("d", "def-80"));

        Assert.Null(report.Fault);
        Assert.All(report.Items, item => Assert.Null(item.Fault));
        Assert.Equal(["https://abc-3000.tunnel.example.com/", "https://abc-5432.tunnel.example.com/", "https://def-3000.tunnel.example.com/", "https://def-80.tunnel.example.com/"], report.Items.Select(item => item.Url!.AbsoluteUri));
        Assert.Equal([(true, null, false), (false, "012345", false), (false, null, true), (false, null, false)], _server.Rows.Values.OrderBy(row => row.Id).Select(row => (row.Sso, row.Pin, row.HasWhitelist)));
        Assert.All(_server.Rows.Values, row => Assert.Equal((7, "10.0.0.9", 20001, "http"), (row.Targets[0].SiteId, row.Targets[0].Host, row.Targets[0].Port, row.Targets[0].Method)));
        Assert.All(_server.OpenMoments, name => Assert.Equal("def-80.tunnel.example.com", name));
    }

    [Fact]
    public async Task Apply_OfTheSamePlan_ChangesNothing()
    {
        PangolinPort[] ports = [Sso("a", "abc-3000"), Pin("b", "abc-5432", "012345"), Email("c", "def-3000", "ann@example.com")];
        await ApplyAsync(ports);
        _server.Calls.Clear();

        var report = await ApplyAsync(ports);

        Assert.All(report.Items, item => Assert.Null(item.Fault));
        Assert.DoesNotContain(_server.Calls, call => !call.StartsWith("GET ", StringComparison.Ordinal));
    }

    // Whatever it was and whatever it becomes, at no moment was it open in between.
    [Fact]
    public async Task Gate_ThatChanges_IsNeverOpenInBetween()
    {
        var gates = new[] { Sso("a", "x"), Pin("a", "x", "111111"), Email("a", "x", "ann@example.com"), Pin("a", "x", "222222") };
        foreach (var (from, to) in from f in gates from t in gates select (f, t))
        {
            await ApplyAsync(from);
            var report = await ApplyAsync(to);
            Assert.Null(Assert.Single(report.Items).Fault);
        }

        Assert.Empty(_server.OpenMoments);
        Assert.Equal("222222", Assert.Single(_server.Rows.Values).Pin);
    }

    [Fact]
    public async Task NewProcess_AdoptsWhatAnEarlierOneMade_AndRemovesWhatNobodyWants()
    {
        var theirs = _server.Plant("My shop", "shop");
        var others = _server.Plant("portportal other-installation a", "abc-9999");
        await ApplyAsync(Sso("a", "abc-3000"), Sso("b", "abc-5432"));
        var first = _server.Rows.Values.Single(row => row.FullDomain.StartsWith("abc-3000", StringComparison.Ordinal)).Id;
        await using var next = NewDriver();

        var report = await next.ApplyAsync(new() { Owner = "mine", Ports = [Sso("a", "abc-3000")] }, CancellationToken.None);

        Assert.Equal(1, report.Removed);
        Assert.Equal([theirs.Id, others.Id, first], _server.Rows.Keys.Order());
        Assert.Empty(theirs.Targets);
    }

    [Fact]
    public async Task Name_ThatBelongsToAnotherResource_IsRefusedAndLeftAlone()
    {
        var theirs = _server.Plant("My shop", "abc-3000");

        var report = await ApplyAsync(Sso("a", "abc-3000"), Sso("b", "abc-5432"));

        Assert.Contains("belongs to another resource", report.Items[0].Fault, StringComparison.Ordinal);
        Assert.Null(report.Items[1].Fault);
        Assert.Equal([theirs.Id], _server.Rows.Values.Where(row => row.FullDomain == theirs.FullDomain).Select(row => row.Id));
    }

    [Fact]
    public async Task Duplicates_OfOurOwn_AreCutDownToOne()
    {
        _server.Plant("portportal mine a", "abc-3000");
        _server.Plant("portportal mine a", "abc-3000");

        var report = await ApplyAsync(Sso("a", "abc-3000"));

        Assert.Null(Assert.Single(report.Items).Fault);
        Assert.Single(_server.Rows);
    }

    [Fact]
    public async Task ProofSetByHand_IsTakenOffAgain()
    {
        await ApplyAsync(Sso("a", "abc-3000"));
        var row = Assert.Single(_server.Rows.Values);
        (row.Pin, row.Password, row.HasWhitelist) = ("999999", "let me in", true);
        row.Targets.Add(new(1, 7, "10.6.6.6", 80, "http"));

        var report = await ApplyAsync(Sso("a", "abc-3000"));

        Assert.Null(Assert.Single(report.Items).Fault);
        Assert.Equal((true, null, null, false), (row.Sso, row.Pin, row.Password, row.HasWhitelist));
        Assert.Single(row.Targets);
    }

    [Fact]
    public async Task Server_ThatDoesNotDoWhatItSays_IsFailedClosedAndLoud()
    {
        await ApplyAsync(Pin("a", "abc-3000", "123456"));
        _server.IgnoresSignIn = true;

        var report = await ApplyAsync(Sso("a", "abc-3000"));

        var item = Assert.Single(report.Items);
        Assert.Null(item.Url);
        Assert.Contains("sign-in is off", item.Fault, StringComparison.Ordinal);
        Assert.True(Assert.Single(_server.Rows.Values).IsBlocked);
        Assert.Empty(_server.OpenMoments);

        _server.IgnoresSignIn = false;
        Assert.Null(Assert.Single((await ApplyAsync(Sso("a", "abc-3000"))).Items).Fault);
        Assert.False(Assert.Single(_server.Rows.Values).IsBlocked);
    }

    [Fact]
    public async Task Api_ThatIsDown_LeavesEverythingAsItIs()
    {
        await ApplyAsync(Sso("a", "abc-3000"));
        _server.IsDown = true;

        var report = await ApplyAsync();

        Assert.Contains("stays as it is", report.Fault, StringComparison.Ordinal);
        Assert.Single(_server.Rows);
        _server.IsDown = false;
        Assert.Equal(1, (await ApplyAsync()).Removed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901234")]
    public async Task Name_OfAnImpossibleLength_IsRefused(string subdomain)
    {
        var report = await ApplyAsync(Sso("a", subdomain));

        Assert.Contains("1 to 63", Assert.Single(report.Items).Fault, StringComparison.Ordinal);
        Assert.Empty(_server.Rows);
    }

    [Theory]
    [InlineData("12345")]
    [InlineData("1234567")]
    [InlineData("12345a")]
    public async Task Pin_ThatPangolinWouldNotTake_IsNotSent(string pin)
    {
        var report = await ApplyAsync(Pin("a", "abc-3000", pin));

        Assert.Contains("six digits", Assert.Single(report.Items).Fault, StringComparison.Ordinal);
        Assert.Empty(_server.Rows);
    }

    [Fact]
    public async Task WrongKey_IsSaidInWords()
    {
        await using var wrong = NewDriver("abcdefghijklmno.wrong");

        var report = await wrong.ApplyAsync(new() { Owner = "mine", Ports = [Sso("a", "abc-3000")] }, CancellationToken.None);

        Assert.Contains("PANGOLIN_API_KEY", report.Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PANGOLIN_API_URL is missing.", "", "acme", "7", "x.example", "id.secret")]
    [InlineData("PANGOLIN_ORG_ID is missing.", "https://api.example/v1", "", "7", "x.example", "id.secret")]
    [InlineData("PANGOLIN_SITE_ID is missing.", "https://api.example/v1", "acme", "", "x.example", "id.secret")]
    [InlineData("PANGOLIN_BASE_DOMAIN is missing.", "https://api.example/v1", "acme", "7", "", "id.secret")]
    [InlineData("PANGOLIN_API_KEY is missing.", "https://api.example/v1", "acme", "7", "x.example", "")]
    [InlineData("PANGOLIN_API_KEY is the key's id and its secret with a dot between.", "https://api.example/v1", "acme", "7", "x.example", "idsecret")]
    [InlineData("PANGOLIN_SITE_ID is the site's number, not its name.", "https://api.example/v1", "acme", "home", "x.example", "id.secret")]
    [InlineData("PANGOLIN_API_URL is no http or https address.", "api.example", "acme", "7", "x.example", "id.secret")]
    public void P38_PartialSettings_AreNamedOneByOne(string fault, string url, string org, string site, string domain, string key)
    {
        var options = new PangolinOptions { ApiUrl = url, OrgId = org, SiteId = site, BaseDomain = domain, ApiKey = key };

        Assert.Equal([fault], options.Faults());
        Assert.False(options.IsUsable);
        Assert.True(new PangolinOptions().IsUnwanted);
        Assert.Empty(new PangolinOptions().Faults());
    }

    [Fact]
    public async Task P39_DomainId_IsUsedAsGiven_AndAWrongOneOpensNothing()
    {
        await using var given = new PangolinDriver(Options(domainId: "domain1"), NullLogger<PangolinDriver>.Instance);
        await using var wrong = new PangolinDriver(Options(domainId: "domain9"), NullLogger<PangolinDriver>.Instance);

        var report = await given.ApplyAsync(new() { Owner = "mine", Ports = [Sso("a", "abc-3000")] }, CancellationToken.None);
        Assert.Null(Assert.Single(report.Items).Fault);
        Assert.DoesNotContain(_server.Calls, call => call.EndsWith("/domains", StringComparison.Ordinal));

        var refused = await wrong.ApplyAsync(new() { Owner = "other", Ports = [Sso("b", "def-3000")] }, CancellationToken.None);
        Assert.True(refused.Fault is not null || Assert.Single(refused.Items) is { Url: null, Fault: not null });
        Assert.Single(_server.Rows);
    }

    [Theory]
    [InlineData("https://api.example")]
    [InlineData("https://api.example/")]
    [InlineData("https://api.example/v1")]
    [InlineData("https://api.example/v1/")]
    public void P37_Address_InEitherForm_IsTheSame(string url) =>
        Assert.Equal("https://api.example/v1/", new PangolinOptions { ApiUrl = url }.Api.AbsoluteUri);

    [Fact]
    public void P39_AddressForAPerson_InEitherForm_IsTheDashboards()
    {
        foreach (var url in new[] { "https://pangolin.example", "https://pangolin.example/api/v1/" })
        {
            Assert.Equal("https://pangolin.example/api/v1/", new PangolinOptions { ApiUrl = url, Email = "ann@example.com", Password = "x" }.Api.AbsoluteUri);
        }
    }

    private Task<PangolinReport> ApplyAsync(params PangolinPort[] ports) => _driver.ApplyAsync(new() { Owner = "mine", Ports = [.. ports] }, CancellationToken.None);

    private PangolinDriver NewDriver(string key = PangolinServer.Key) => new(Options(key), NullLogger<PangolinDriver>.Instance);

    private PangolinOptions Options(string key = PangolinServer.Key, string domainId = "") =>
        new() { ApiUrl = _server.Url.AbsoluteUri, OrgId = PangolinServer.Org, SiteId = "7", BaseDomain = PangolinServer.Domain, ApiKey = key, DomainId = domainId };

    private static PangolinPort Sso(string key, string subdomain) => new() { Key = key, Subdomain = subdomain, Gate = PangolinGate.Sso, TargetHost = "10.0.0.9", TargetPort = 20001 };

    private static PangolinPort Pin(string key, string subdomain, string pin) => Sso(key, subdomain) with { Gate = PangolinGate.Pin, Pin = pin };

    private static PangolinPort Email(string key, string subdomain, params string[] emails) => Sso(key, subdomain) with { Gate = PangolinGate.Email, Emails = [.. emails] };

    private static PangolinPort Open(string key, string subdomain) => Sso(key, subdomain) with { Gate = PangolinGate.Open };
}
