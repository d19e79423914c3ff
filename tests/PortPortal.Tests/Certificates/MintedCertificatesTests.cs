using System.Net;
using System.Net.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PortPortal.Engine.Certificates;
using PortPortal.Engine.Common;
using PortPortal.TestSupport;

namespace PortPortal.Tests.Certificates;

public sealed class MintedCertificatesTests : IDisposable
{
    private static readonly PublicAddress Local = new("localhost", "portal.localhost", 8443);
    private static readonly IPAddress Alice = IPAddress.Parse("198.51.100.7");
    private static readonly IPAddress Mallory = IPAddress.Parse("198.51.100.66");

    private readonly TempDirectory _folder = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 3, 1, 9, 30, 0, TimeSpan.Zero));
    private readonly RecordingLogger<MintedCertificates> _logger = new();
    private readonly CertificateAuthority _authority;

    public MintedCertificatesTests() => _authority = CertificateAuthority.LoadOrCreate(_folder.Root, Local, _time, NullLogger.Instance);

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void M12_Find_NameOfTwoLabels_IsMintedForThatName()
    {
        var certificate = Source().Find("web.my-app.localhost", Alice)!.TargetCertificate;

        Assert.True(certificate.MatchesHostname("web.my-app.localhost", allowWildcards: false, allowCommonName: false));
    }

    [Fact]
    public void Find_SameNameAgain_IsTheSameCertificate()
    {
        var source = Source();

        Assert.Same(source.Find("a.localhost", Alice), source.Find("a.localhost", Mallory));
    }

    [Fact]
    public async Task Find_SameNameByManyAtOnce_IsMintedOnce()
    {
        var source = Source(perMinute: 1);

        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => source.Find("a.localhost", Alice)))).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.NotNull(all[0]);
        Assert.Single(all.Distinct());
    }

    [Fact]
    public void Find_MoreNamesThanFit_ForgetsTheOneUnusedForLongest()
    {
        var source = Source(maxCached: 16);
        var contexts = Enumerable.Range(0, 16).Select(i => source.Find($"a{i}.localhost", Alice)).ToList();
        source.Find("a0.localhost", Alice);

        for (var i = 0; i < 10; i++)
        {
            source.Find($"b{i}.localhost", Alice);
        }

        Assert.Equal(16, source.Cached);
        Assert.Same(contexts[0], source.Find("a0.localhost", Alice));
        Assert.Same(contexts[15], source.Find("a15.localhost", Alice));
        Assert.NotSame(contexts[1], source.Find("a1.localhost", Alice));
    }

    [Fact]
    public void Find_OneClientAsksForTooManyNames_OthersStillGetTheirs()
    {
        var source = Source(perMinute: 100, perAddress: 5);

        Assert.Equal(5, Enumerable.Range(0, 20).Count(i => source.Find($"m{i}.localhost", Mallory) is not null));
        Assert.NotNull(source.Find("a.localhost", Alice));
        Assert.NotNull(source.Find("m0.localhost", Mallory)); // minted already: costs nothing
    }

    [Fact]
    public void Find_OneSubscribersManyIPv6Addresses_CountAsOne()
    {
        var source = Source(perAddress: 5);

        Assert.Equal(5, Enumerable.Range(0, 20).Count(i => source.Find($"m{i}.localhost", IPAddress.Parse($"2001:db8::{i:x}")) is not null));
        Assert.NotNull(source.Find("a.localhost", IPAddress.Parse("2001:db8:0:1::1")));
    }

    [Fact]
    public void Find_ManyClientsAskForTooManyNames_StopsUntilTheNextMinute()
    {
        var source = Source(perMinute: 30, perAddress: 5);

        Assert.Equal(30, Enumerable.Range(0, 100).Count(i => source.Find($"m{i}.localhost", new IPAddress([10, 0, 0, (byte)i])) is not null));
        Assert.Null(source.Find("a.localhost", Alice));
        Assert.NotNull(source.Find("portal.localhost", Alice));
        Assert.NotNull(source.Find("localhost", Alice));

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(source.Find("a.localhost", Alice));
    }

    [Fact]
    public void Find_AnotherTimeOfDay_TellsNothingOfTheFirstVisit()
    {
        var source = Source();
        var early = source.Find("a.localhost", Alice)!.TargetCertificate;
        _time.Advance(TimeSpan.FromHours(5));
        var late = source.Find("b.localhost", Alice)!.TargetCertificate;

        Assert.Equal((early.NotBefore, early.NotAfter), (late.NotBefore, late.NotAfter));
    }

    [Fact]
    public void Find_NextDay_IsMintedAnew()
    {
        var source = Source();
        var first = source.Find("a.localhost", Alice)!.TargetCertificate;
        _time.Advance(TimeSpan.FromHours(15));
        var second = source.Find("a.localhost", Alice)!.TargetCertificate;

        Assert.NotEqual(first.Thumbprint, second.Thumbprint);
        Assert.Equal(TimeSpan.FromDays(1), second.NotAfter - first.NotAfter);
        Assert.Equal(1, source.Cached);
    }

    [Fact]
    public void Find_NextDayAndNothingMayBeMinted_ServesTheOlderOneWhileItIsValid()
    {
        var source = Source(perMinute: 1);
        var first = source.Find("a.localhost", Alice);
        _time.Advance(TimeSpan.FromDays(2));
        Assert.NotNull(source.Find("b.localhost", Alice)); // uses the minute up

        Assert.Same(first, source.Find("a.localhost", Alice));
        _time.Advance(TimeSpan.FromDays(6));
        Assert.NotNull(source.Find("b.localhost", Alice));
        Assert.Null(source.Find("a.localhost", Alice));
    }

    [Fact]
    public void Find_AuthorityNearItsEnd_IsClampedAndAnnouncedOncePerDay()
    {
        var source = Source();
        _time.Advance(TimeSpan.FromDays(725));

        var certificate = source.Find("a.localhost", Alice)!.TargetCertificate;
        source.Find("b.localhost", Alice);

        Assert.Equal(_authority.Certificate.NotAfter, certificate.NotAfter);
        Assert.Contains("ends on", Assert.Single(_logger.Of(LogLevel.Warning)), StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromDays(5));
        Assert.Null(source.Find("c.localhost", Alice));
    }

    [Fact]
    public void Selector_ForeignOrMalformedName_MintsNothing()
    {
        var source = Source();
        var selector = new CertificateSelector(Local, source);

        Assert.Null(selector.Find("bank.com", Alice));
        Assert.Null(selector.Find("127.0.0.1", Alice));
        Assert.Null(selector.Find("a_b.localhost", Alice));
        Assert.Null(selector.Find("", Alice));
        Assert.Equal(0, source.Cached);
        Assert.Same(selector.Find("Web.My-App.LOCALHOST", Alice), selector.Find("web.my-app.localhost", Alice));
    }

    private MintedCertificates Source(int maxCached = 100, int perMinute = 1_000, int perAddress = 1_000) => new(
        _authority,
        Local,
        new CertificateOptions { MaxCached = maxCached, MintedPerMinute = perMinute, MintedPerMinuteAndAddress = perAddress },
        _time,
        _logger);
}
