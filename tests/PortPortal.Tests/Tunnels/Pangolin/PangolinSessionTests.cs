using Microsoft.Extensions.Logging;
using PortPortal.Engine.Tunnels.Pangolin;

namespace PortPortal.Tests.Tunnels.Pangolin;

/// <summary>A person's sign-in in the place of a key.</summary>
public sealed class PangolinSessionTests : IAsyncLifetime
{
    private readonly Words _log = new();
    private PangolinServer _server = null!;

    public async Task InitializeAsync() => _server = await PangolinServer.StartAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Assert.DoesNotContain(PangolinServer.Passphrase, _log.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task P39_MailAndPassword_DoAllThatAKeyDoes_AndSignInOnce()
    {
        await using var driver = NewDriver();
        PangolinPort[] ports =
        [
            Port("a", "abc-1", PangolinGate.Sso),
            Port("b", "abc-2", PangolinGate.Pin) with { Pin = "004711" },
            Port("c", "abc-3", PangolinGate.Email) with { Emails = ["*@example.com"] },
        ];

        var report = await driver.ApplyAsync(new() { Owner = "mine", Ports = [.. ports] }, CancellationToken.None);
        var removed = await driver.ApplyAsync(new() { Owner = "mine", Ports = [] }, CancellationToken.None);

        Assert.Null(report.Fault);
        Assert.All(report.Items, item => Assert.Null(item.Fault));
        Assert.Equal((3, 0), (removed.Removed, _server.Rows.Count));
        Assert.Empty(_server.OpenMoments);
        Assert.Equal(1, SignIns);
        Assert.All(_server.Calls, call => Assert.Contains(" /api/v1/", call, StringComparison.Ordinal));
    }

    [Fact]
    public async Task P39_SessionThatIsOver_IsBegunAnewOnce()
    {
        await using var driver = NewDriver();
        await driver.ApplyAsync(new() { Owner = "mine", Ports = [] }, CancellationToken.None);

        _server.SignOut();
        var report = await driver.ApplyAsync(new() { Owner = "mine", Ports = [Port("a", "abc-1", PangolinGate.Sso)] }, CancellationToken.None);

        Assert.Null(report.Fault);
        Assert.Null(Assert.Single(report.Items).Fault);
        Assert.Equal(2, SignIns);
    }

    [Fact]
    public async Task P39_WrongPassword_IsSaidInWordsAndTriedOnce()
    {
        await using var driver = NewDriver("wrong as wrong can be");

        var report = await driver.ApplyAsync(new() { Owner = "mine", Ports = [] }, CancellationToken.None);

        Assert.Contains("does not take PANGOLIN_EMAIL and PANGOLIN_PASSWORD", report.Fault, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong as wrong", report.Fault + _log.All, StringComparison.Ordinal);
        Assert.Equal(1, SignIns);
    }

    [Fact]
    public async Task P39_AccountWithASecondFactor_IsSaidInWords()
    {
        _server.AsksForCode = true;
        await using var driver = NewDriver();

        var report = await driver.ApplyAsync(new() { Owner = "mine", Ports = [] }, CancellationToken.None);

        Assert.Contains("asks for a second proof", report.Fault, StringComparison.Ordinal);
        Assert.Contains("PANGOLIN_API_KEY", report.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task P39_KeyBesideMailAndPassword_IsUsedAlone()
    {
        var options = Options();
        options.ApiKey = PangolinServer.Key;
        await using var driver = new PangolinDriver(options, _log, handler: null);

        Assert.Null((await driver.ApplyAsync(new() { Owner = "mine", Ports = [] }, CancellationToken.None)).Fault);
        Assert.Equal(0, SignIns);
    }

    [Theory]
    [InlineData("PANGOLIN_PASSWORD is missing.", "ann@example.com", "", "acme")]
    [InlineData("PANGOLIN_EMAIL is missing.", "", "secret", "acme")]
    [InlineData("PANGOLIN_ORG_ID is missing.", "ann@example.com", "secret", "")]
    public void P39_PartialSets_AreNamedOneByOne(string fault, string email, string password, string org)
    {
        var options = new PangolinOptions { ApiUrl = "https://pangolin.example", OrgId = org, SiteId = "7", BaseDomain = "x.example", Email = email, Password = password };

        Assert.Equal([fault], options.Faults());
        Assert.False(options.IsUsable);
    }

    [Fact]
    public void P39_NothingButASecret_IsASetOfWhichTheRestIsMissing()
    {
        Assert.Equal(5, new PangolinOptions { OidcSecret = "s" }.Faults().Count);
        Assert.Equal(5, new PangolinOptions { Email = "ann@example.com" }.Faults().Count);
    }

    private int SignIns => _server.Calls.Count(call => call == "POST /api/v1/auth/login");

    private PangolinDriver NewDriver(string password = PangolinServer.Passphrase) => new(Options(password), _log, handler: null);

    private PangolinOptions Options(string password = PangolinServer.Passphrase) =>
        new() { ApiUrl = _server.Url.AbsoluteUri, OrgId = PangolinServer.Org, SiteId = "7", BaseDomain = PangolinServer.Domain, Email = PangolinServer.Email, Password = password };

    private static PangolinPort Port(string key, string subdomain, PangolinGate gate) => new() { Key = key, Subdomain = subdomain, Gate = gate, TargetHost = "10.0.0.9", TargetPort = 20001 };

    private sealed class Words : ILogger
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _said = new();

        public string All => string.Join('\n', _said);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _said.Enqueue($"{formatter(state, exception)} {exception}");
    }
}
