using System.Net;
using PortPortal.Engine.Access;
using PortPortal.Engine.Edge.Gates;
using PortPortal.Engine.Exposures;
using PortPortal.Tests.Edge.Upstream;

namespace PortPortal.Tests.Edge;

public sealed class PinGateTests : IAsyncLifetime
{
    private readonly OddUpstream _upstream = OddUpstream.Echo();
    private readonly ManualTime _time = new(TimeProvider.System.GetUtcNow());
    private EdgeWorld _edge = null!;
    private ExposureStatus _alice = null!;
    private string _pin = null!;

    public async Task InitializeAsync()
    {
        _edge = await EdgeWorld.StartAsync(adapt: services => Replace(services, _time));
        _alice = _edge.Expose(_upstream.EndPoint, AccessMode.Pin, exposure => exposure with { PinProtected = _edge.Get<ExposurePins>().New() });
        _pin = _edge.Get<ExposurePins>().Reveal(_alice)!;
    }

    public async Task DisposeAsync()
    {
        await _edge.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public void P18P20_Pin_IsSixRandomDigits()
    {
        var pins = _edge.Get<ExposurePins>();
        var made = Enumerable.Range(0, 1000).Select(_ => pins.Reveal(_alice with { PinProtected = pins.New() })!).ToList();

        Assert.All(made, pin => Assert.Matches("^[0-9]{6}$", pin));
        Assert.True(made.Distinct(StringComparer.Ordinal).Count() > 950);
        Assert.DoesNotContain(_pin, _alice.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task P19_RightPin_LetsInWithoutAnAccount()
    {
        var browser = new Browser(_edge);
        using var asked = await browser.GetAsync(_edge.UrlOf(_alice, "/deep?x=1"));
        var page = await asked.Content.ReadAsStringAsync();
        Assert.Equal(401, (int)asked.StatusCode);
        Assert.Contains("Enter the PIN", page, StringComparison.Ordinal);
        Assert.Contains("""name="to" value="/deep?x=1">""", page, StringComparison.Ordinal);
        Assert.False(asked.Headers.Contains("Set-Cookie"));

        using var entered = await TryAsync(browser, _pin, "/deep?x=1");
        Assert.Equal(303, (int)entered.StatusCode);
        Assert.Equal(_edge.UrlOf(_alice, "/deep?x=1"), entered.Headers.Location!.OriginalString);
        Assert.Equal(0, _upstream.Connections);

        using var app = await browser.FollowAsync(entered);
        var seen = await app.Content.ReadAsStringAsync();
        Assert.StartsWith("GET /deep?x=1 HTTP/1.1", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("Remote-", seen, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(_pin, seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task P20_WrongPins_CountDownAndLockTheAddressForFiveMinutes()
    {
        var browser = new Browser(_edge);
        for (var left = 4; left >= 0; left--)
        {
            using var wrong = await TryAsync(browser, Wrong);
            Assert.Equal(401, (int)wrong.StatusCode);
            Assert.Contains(left switch { 0 => "No tries left", 1 => "1 try left", _ => $"{left} tries left" }, await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using var locked = await TryAsync(browser, _pin);
        Assert.Equal(429, (int)locked.StatusCode);
        Assert.Equal("300", locked.Headers.RetryAfter?.ToString());
        using var page = await browser.GetAsync(_edge.UrlOf(_alice));
        Assert.Equal(429, (int)page.StatusCode);

        _time.Advance(GuessLimits.AddressLock);
        using var entered = await TryAsync(browser, _pin);
        Assert.Equal(303, (int)entered.StatusCode);
        Assert.DoesNotContain(_edge.Audit, entry => entry.ToString().Contains(_pin, StringComparison.Ordinal) || entry.ToString().Contains(Wrong, StringComparison.Ordinal));
    }

    [Fact]
    public async Task E2_ClaimedAddressesAndOtherCookies_MakeNoDifference()
    {
        for (var i = 0; i < 8; i++)
        {
            using var client = _edge.NewClient();
            using var request = new HttpRequestMessage(HttpMethod.Post, _edge.UrlOf(_alice, PinGate.Path)) { Content = new FormUrlEncodedContent([new("pin", Wrong)]) };
            request.Headers.Add("X-Forwarded-For", $"10.0.0.{i}");
            request.Headers.Add("Cookie", $"visitor={i}");
            using var answer = await client.SendAsync(request).Within();

            Assert.Equal(i < 5 ? 401 : 429, (int)answer.StatusCode);
        }
    }

    [Fact]
    public async Task E3_ManyTriesAtOnce_AreCountedBeforeTheyAreChecked()
    {
        using var client = _edge.NewClient();
        var statuses = await Task.WhenAll(Enumerable.Range(0, 60).Select(async _ =>
        {
            using var form = new FormUrlEncodedContent([new("pin", Wrong)]);
            using var answer = await client.PostAsync(_edge.UrlOf(_alice, PinGate.Path), form).Within();
            return (int)answer.StatusCode;
        }));

        Assert.Equal(5, statuses.Count(status => status == 401));
        Assert.Equal(55, statuses.Count(status => status == 429));
    }

    [Fact]
    public async Task E4_AnotherSpellingOfTheHost_CountsOnTheSameTally()
    {
        var alias = $"{_alice.SessionId}-{_alice.Port}.{EdgeWorld.Base}";
        using var client = _edge.NewClient();
        for (var i = 0; i < 5; i++)
        {
            using var form = new FormUrlEncodedContent([new("pin", Wrong)]);
            using var wrong = await client.PostAsync($"https://{alias}:{_edge.Port}{PinGate.Path}", form).Within();
        }

        using var locked = await TryAsync(new Browser(_edge), _pin);
        Assert.Equal(429, (int)locked.StatusCode);
    }

    [Fact]
    public async Task E18_RotatedPin_EndsGrantsAndOldPinsAndLocks()
    {
        var browser = new Browser(_edge);
        using var entered = await TryAsync(browser, _pin);
        using var inside = await browser.FollowAsync(entered);
        Assert.Equal(200, (int)inside.StatusCode);
        for (var i = 0; i < 5; i++)
        {
            using var wrong = await TryAsync(new Browser(_edge), Wrong);
        }

        var rotated = _alice with { PinProtected = _edge.Get<ExposurePins>().New(), Access = _alice.Access with { Version = 2, GrantsSince = 2 } };
        _edge.Feed.Publish(rotated);

        using var out1 = await browser.GetAsync(_edge.UrlOf(_alice));
        Assert.Equal(401, (int)out1.StatusCode);
        using var old = await TryAsync(browser, _pin);
        Assert.Equal(401, (int)old.StatusCode);
        using var again = await TryAsync(browser, _edge.Get<ExposurePins>().Reveal(rotated)!);
        Assert.Equal(303, (int)again.StatusCode);
    }

    [Fact]
    public async Task WhoHoldsAGrant_StaysInWhileThePageIsLocked()
    {
        var browser = new Browser(_edge);
        using var entered = await TryAsync(browser, _pin);
        for (var i = 0; i < 6; i++)
        {
            using var wrong = await TryAsync(new Browser(_edge), Wrong);
        }

        using var inside = await browser.FollowAsync(entered);
        Assert.Equal(200, (int)inside.StatusCode);
    }

    [Theory]
    [InlineData("same-origin", 303)]
    [InlineData("cross-site", 403)]
    [InlineData("same-site", 403)]
    public async Task A12_FormWithoutAnOriginsName_CountsByWhatTheBrowserSaysOfTheSite(string site, int status)
    {
        using var client = _edge.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, _edge.UrlOf(_alice, PinGate.Path)) { Content = new FormUrlEncodedContent([new("pin", _pin)]) };
        request.Headers.Add("Origin", "null"); // what browsers send for a page that names no referrer
        request.Headers.Add("Sec-Fetch-Site", site);
        using var answer = await client.SendAsync(request).Within();

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Origin", "https://evil.test", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 303)]
    public async Task A12_FormOfAnotherPage_IsRefused(string header, string value, int status)
    {
        using var client = _edge.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, _edge.UrlOf(_alice, PinGate.Path)) { Content = new FormUrlEncodedContent([new("pin", _pin)]) };
        request.Headers.TryAddWithoutValidation(header, value);
        using var answer = await client.SendAsync(request).Within();

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("1234567")]
    [InlineData("\u0661\u0662\u0663\u0664\u0665\u0666")]
    public async Task P20_AnythingButThePin_IsWrong(string attempt)
    {
        using var answer = await TryAsync(new Browser(_edge), attempt);

        Assert.Equal(401, (int)answer.StatusCode);
    }

    [Fact]
    public async Task E19_PinThatCannotBeRead_LetsNobodyIn()
    {
        var broken = _edge.Expose(_upstream.EndPoint, AccessMode.Pin, exposure => exposure with { PinProtected = "CfDJ8-lost" });
        var none = _edge.Expose(_upstream.EndPoint, AccessMode.Pin);

        foreach (var exposure in new[] { broken, none })
        {
            foreach (var attempt in new[] { "", "000000", "CfDJ8-lost" })
            {
                using var answer = await new Browser(_edge).PostAsync(_edge.UrlOf(exposure, PinGate.Path), ("pin", attempt));
                Assert.Equal(401, (int)answer.StatusCode);
            }
        }
    }

    [Fact]
    public void E1_FiftyWrongTriesFromAnywhere_LockTheWholePageForFifteenMinutes()
    {
        var limits = new GuessLimits(_time);
        Guess last = default;
        for (var i = 0; i < 50; i++)
        {
            last = limits.Count("x", 1, IPAddress.Parse($"10.0.{i}.1"));
            Assert.Null(last.Locked);
        }

        Assert.True(last.JustLocked);
        Assert.True(limits.Count("x", 1, IPAddress.Parse("10.9.9.9")).Locked!.Value.OfEveryone);
        Assert.Null(limits.Count("y", 1, IPAddress.Parse("10.9.9.9")).Locked);
        Assert.Null(limits.Find("x", 2, IPAddress.Parse("10.9.9.9"))); // rotated

        _time.Advance(GuessLimits.ExposureLock);
        Assert.Null(limits.Find("x", 1, IPAddress.Parse("10.9.9.9")));
        Assert.Null(limits.Count("x", 1, IPAddress.Parse("10.9.9.9")).Locked);
    }

    [Fact]
    public void E2_IPv6_IsCountedByItsPrefixOf64()
    {
        var limits = new GuessLimits(_time);
        for (var i = 0; i < 5; i++)
        {
            Assert.Null(limits.Count("x", 1, IPAddress.Parse($"2001:db8::{i + 1}")).Locked);
        }

        Assert.NotNull(limits.Count("x", 1, IPAddress.Parse("2001:db8::ffff:1")).Locked);
        Assert.Null(limits.Count("x", 1, IPAddress.Parse("2001:db8:0:1::1")).Locked);
    }

    [Fact]
    public void RightTries_AreTakenBack()
    {
        var limits = new GuessLimits(_time);
        var address = IPAddress.Parse("10.0.0.1");
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(limits.Count("x", 1, address).Locked);
            limits.Forgive("x", 1, address);
        }
    }

    private string Wrong => _pin == "111111" ? "222222" : "111111";

    private static void Replace(Microsoft.Extensions.DependencyInjection.IServiceCollection services, TimeProvider time) =>
        Microsoft.Extensions.DependencyInjection.Extensions.ServiceCollectionDescriptorExtensions.Replace(
            services,
            Microsoft.Extensions.DependencyInjection.ServiceDescriptor.Singleton(new GuessLimits(time)));

    private Task<HttpResponseMessage> TryAsync(Browser browser, string pin, string to = "/") =>
        browser.PostAsync(_edge.UrlOf(_alice, PinGate.Path), ("pin", pin), ("to", to));
}
