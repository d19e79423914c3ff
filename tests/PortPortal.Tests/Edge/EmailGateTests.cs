using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PortPortal.Engine.Access;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Gates;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Mail;
using PortPortal.Tests.Edge.Upstream;

namespace PortPortal.Tests.Edge;

public sealed partial class EmailGateTests : IAsyncLifetime
{
    private readonly OddUpstream _upstream = OddUpstream.Echo();
    private readonly ManualTime _time = new(TimeProvider.System.GetUtcNow());
    private EdgeWorld _edge = null!;
    private ExposureStatus _alice = null!;

    private Outbox Outbox => _edge.Get<Outbox>();

    public async Task InitializeAsync()
    {
        _edge = await EdgeWorld.StartAsync(adapt: services => services.Replace(ServiceDescriptor.Singleton(new EmailCodes(_time))));
        _alice = _edge.Expose(_upstream.EndPoint, AccessMode.Email, exposure => exposure with { Access = exposure.Access with { AllowedEmails = ["*@lark.example", "dana@studio.example"] } });
    }

    public async Task DisposeAsync()
    {
        await _edge.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task P22P24_ListedAddress_GetsACodeThatLetsInOnce()
    {
        var browser = new Browser(_edge);
        using var asked = await browser.GetAsync(_edge.UrlOf(_alice, "/deep"));
        Assert.Equal(401, (int)asked.StatusCode);
        Assert.Contains("Enter your e-mail", await asked.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var sent = await AskAsync(browser, "Dana@Studio.example", "/deep");
        Assert.Equal(401, (int)sent.StatusCode);
        var mail = Assert.Single(Outbox.Items.Values);
        Assert.Equal(("dana@studio.example", MailState.Kept), (mail.To.ToString(), mail.State));

        using var entered = await TryAsync(browser, CodeIn(mail), "/deep");
        Assert.Equal(303, (int)entered.StatusCode);
        using var app = await browser.FollowAsync(entered);
        var seen = await app.Content.ReadAsStringAsync();
        Assert.StartsWith("GET /deep HTTP/1.1", seen, StringComparison.Ordinal);
        Assert.Contains("Remote-Email: dana@studio.example\r\n", seen, StringComparison.Ordinal);

        using var replayed = await TryAsync(browser, CodeIn(mail));
        Assert.Equal(401, (int)replayed.StatusCode);
    }

    [Fact]
    public async Task P23E10_UnlistedAddress_GetsTheSameAnswerAndNoMail()
    {
        using var listed = await AskAsync(new Browser(_edge), "a@lark.example");
        using var unlisted = await AskAsync(new Browser(_edge), "a@evil.example");

        Assert.Equal(listed.StatusCode, unlisted.StatusCode);
        Assert.Equal(
            (await listed.Content.ReadAsStringAsync()).Replace("a@lark.example", "", StringComparison.Ordinal),
            (await unlisted.Content.ReadAsStringAsync()).Replace("a@evil.example", "", StringComparison.Ordinal));
        Assert.Equal(Names(listed), Names(unlisted));
        Assert.Equal("a@lark.example", Assert.Single(Outbox.Items.Values).To.ToString());

        static IEnumerable<string> Names(HttpResponseMessage answer) => answer.Headers.Concat(answer.Content.Headers).Select(header => header.Key).Where(name => name != "Content-Length").Order();
    }

    [Theory]
    [InlineData("a@lark.example\r\nBcc: x@evil.example")]
    [InlineData("a@lark.example,x@evil.example")]
    [InlineData("a@lark.example@evil.example")]
    [InlineData("nobody")]
    [InlineData("")]
    public async Task E8_WhatIsNoAddress_IsSaidSoAndGetsNoMail(string text)
    {
        using var answer = await AskAsync(new Browser(_edge), text);

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Empty(Outbox.Items);
    }

    [Fact]
    public async Task E9_CodeInAnotherBrowserOrForAnotherPort_IsWorthNothing()
    {
        var mallory = _edge.Expose(_upstream.EndPoint, AccessMode.Email, exposure => exposure with { Access = exposure.Access with { AllowedEmails = ["*@lark.example"] } });
        var browser = new Browser(_edge);
        using var sent = await AskAsync(browser, "nina@lark.example");
        var code = CodeIn(Outbox.Items.Values.Single());

        using var elsewhere = await TryAsync(new Browser(_edge), code);
        using var otherPort = await browser.PostAsync(_edge.UrlOf(mallory, EmailGate.CodePath), ("code", code));
        using var here = await TryAsync(browser, code);

        Assert.Equal((401, 401, 303), ((int)elsewhere.StatusCode, (int)otherPort.StatusCode, (int)here.StatusCode));
    }

    [Fact]
    public async Task E9_FiveWrongTries_UseTheCodeUp()
    {
        var browser = new Browser(_edge);
        using var sent = await AskAsync(browser, "nina@lark.example");
        var code = CodeIn(Outbox.Items.Values.Single());
        for (var i = 0; i < EmailCodes.Tries; i++)
        {
            using var wrong = await TryAsync(browser, code == "111111" ? "222222" : "111111");
            Assert.Equal(401, (int)wrong.StatusCode);
        }

        using var late = await TryAsync(browser, code);
        Assert.Equal(401, (int)late.StatusCode);
        Assert.Contains("You need a new code", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task E9_CodesGuessedFromOneAddress_AreHeldBackLikePins()
    {
        var browser = new Browser(_edge);
        for (var i = 0; i < EmailGate.MailsPerAddress * EmailCodes.Tries; i++)
        {
            using var wrong = await TryAsync(browser, "000000");
            Assert.Equal(401, (int)wrong.StatusCode);
        }

        using var held = await TryAsync(browser, "000000");
        Assert.Equal(429, (int)held.StatusCode);
        Assert.Equal("300", held.Headers.RetryAfter?.ToString());
    }

    [Fact]
    public void E9_CodeThatWasNeverMailed_MatchesNothingAndLeavesTheOneThatWas()
    {
        var codes = new EmailCodes(_time);
        Assert.True(EmailAddress.TryParse("nina@lark.example", out var nina));
        var mailed = codes.Begin("x", nina, mayMatch: true)!.Value;
        var unmailed = codes.Begin("x", nina, mayMatch: false)!.Value;

        Assert.Null(codes.Redeem(unmailed.Id, "x", unmailed.Code).Proved);
        Assert.Equal(nina, codes.Redeem(mailed.Id, "x", mailed.Code).Proved);
    }

    [Fact]
    public async Task E9_NewCodeKillsTheOld_AndTimeKillsBoth()
    {
        var browser = new Browser(_edge);
        using var first = await AskAsync(browser, "nina@lark.example");
        var old = CodeIn(Outbox.Items.Values.Single());
        var oldCookie = browser.Jar.GetCookieHeader(new Uri(_edge.UrlOf(_alice)));
        using var second = await AskAsync(browser, "nina@lark.example");
        var fresh = CodeIn(Outbox.Items.Values.MaxBy(mail => mail.At)!);

        using var client = _edge.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, _edge.UrlOf(_alice, EmailGate.CodePath)) { Content = new FormUrlEncodedContent([new("code", old)]), Headers = { { "Cookie", oldCookie } } };
        using var dead = await client.SendAsync(request).Within();
        Assert.Equal(401, (int)dead.StatusCode);

        _time.Advance(EmailCodes.Lifetime);
        using var late = await TryAsync(browser, fresh);
        Assert.Equal(401, (int)late.StatusCode);
    }

    [Fact]
    public async Task E9_SameCodeTwiceAtOnce_LetsInOnce()
    {
        var browser = new Browser(_edge);
        using var sent = await AskAsync(browser, "nina@lark.example");
        var code = CodeIn(Outbox.Items.Values.Single());

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => TryAsync(browser, code)));

        Assert.Equal(1, answers.Count(answer => (int)answer.StatusCode == 303));
    }

    [Fact]
    public async Task E11_TwentyRequestsForOneAddress_SendThreeMails()
    {
        for (var i = 0; i < 20; i++)
        {
            using var sent = await AskAsync(new Browser(_edge), "nina@lark.example");
            Assert.Equal(401, (int)sent.StatusCode);
        }

        Assert.Equal(3, Outbox.Items.Count);
        using var tooMany = await AskAsync(new Browser(_edge), "sam@lark.example");
        Assert.Equal(429, (int)tooMany.StatusCode);
    }

    [Fact]
    public async Task E18_AddressTakenOffTheList_IsOutAndTheOthersStay()
    {
        await using var app = await WebSocketApp.StartAsync();
        var exposure = _edge.Expose(app.EndPoint, AccessMode.Email, status => status with { Access = status.Access with { AllowedEmails = ["*@lark.example"] } });
        var origin = $"https://{EdgeWorld.HostOf(exposure)}:{_edge.Port}";
        using var nina = await _edge.OpenWebSocketAsync(exposure, await EnterAsync(exposure, "nina@lark.example"), origin);
        using var sam = await _edge.OpenWebSocketAsync(exposure, await EnterAsync(exposure, "sam@lark.example"), origin);
        await SignInGateTests.EchoAsync(nina, "hello");

        _edge.Feed.Publish(exposure with { Access = exposure.Access with { AllowedEmails = ["*@lark.example", "!nina@lark.example"], Version = 2, GrantsSince = 1 } });

        await SignInGateTests.IsCutAsync(nina);
        Assert.Equal("hello", await SignInGateTests.EchoAsync(sam, "hello"));
    }

    [Fact]
    public async Task P25_EmptyList_AdmitsNobody()
    {
        var exposure = _edge.Expose(_upstream.EndPoint, AccessMode.Email);
        using var answer = await new Browser(_edge).PostAsync(_edge.UrlOf(exposure, EmailGate.AddressPath), ("email", "nina@lark.example"));

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Empty(Outbox.Items);
    }

    [Fact]
    public async Task SignedInUser_WhoseVerifiedAddressIsListed_ComesInWithoutACode()
    {
        var nina = new Browser(_edge);
        nina.SignInAtPortal(_edge.People.SignIn("nina", "nina@lark.example"));
        var eve = new Browser(_edge);
        eve.SignInAtPortal(_edge.People.SignIn("eve", "eve@evil.example"));

        using var entered = await nina.FollowAsync(await nina.FollowAsync(await nina.GetAsync(_edge.UrlOf(_alice, "/.portportal/sign-in?to=%2Fx"))));
        using var denied = await eve.FollowAsync(await eve.FollowAsync(await eve.GetAsync(_edge.UrlOf(_alice, "/.portportal/sign-in?to=%2Fx"))));

        Assert.Equal((303, 403), ((int)entered.StatusCode, (int)denied.StatusCode));
        Assert.Contains("You are not on the list", await denied.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [GeneratedRegex("[0-9]{6}", RegexOptions.None, 1000)]
    private static partial Regex SixDigits();

    private static string CodeIn(OutboxMail mail) => SixDigits().Match(mail.Text).Value;

    private async Task<string> EnterAsync(ExposureStatus exposure, string email)
    {
        var browser = new Browser(_edge);
        using var sent = await browser.PostAsync(_edge.UrlOf(exposure, EmailGate.AddressPath), ("email", email));
        var code = CodeIn(Outbox.Items.Values.Where(mail => mail.To.ToString() == email).MaxBy(mail => mail.At)!);
        return SignInGateTests.GrantOf(await browser.PostAsync(_edge.UrlOf(exposure, EmailGate.CodePath), ("code", code)));
    }

    private Task<HttpResponseMessage> AskAsync(Browser browser, string email, string to = "/") =>
        browser.PostAsync(_edge.UrlOf(_alice, EmailGate.AddressPath), ("email", email), ("to", to));

    private Task<HttpResponseMessage> TryAsync(Browser browser, string code, string to = "/") =>
        browser.PostAsync(_edge.UrlOf(_alice, EmailGate.CodePath), ("code", code), ("to", to));
}
