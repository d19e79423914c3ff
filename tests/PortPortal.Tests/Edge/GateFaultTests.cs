using System.Security.Claims;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PortPortal.Engine.Access;
using PortPortal.Engine.Edge.Gates;
using PortPortal.Engine.Edge.Handover;
using PortPortal.Engine.Exposures;
using PortPortal.Tests.Edge.Upstream;

namespace PortPortal.Tests.Edge;

/// <summary>E19: whatever breaks inside a gate, the app behind it gets nothing.</summary>
public sealed class GateFaultTests
{
    [Theory]
    [InlineData(AccessMode.Sso)]
    [InlineData(AccessMode.Pin)]
    [InlineData(AccessMode.Email)]
    public async Task E19_DataProtectionThatFails_LetsNobodyIn(AccessMode mode)
    {
        var protection = new BrittleProtection();
        await using var edge = await EdgeWorld.StartAsync(adapt: services => services.Replace(ServiceDescriptor.Singleton<IDataProtectionProvider>(protection)));
        await using var app = OddUpstream.Echo();
        var exposure = edge.Expose(app.EndPoint, mode);
        using var client = edge.NewClient();
        var before = app.Connections;

        protection.IsBroken = true;
        foreach (var cookie in new[] { "__Host-pp_gate=anything", "__Host-pp_gate=CfDJ8AAAA" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, edge.UrlOf(exposure)) { Headers = { { "Cookie", cookie } } };
            using var answer = await client.SendAsync(request).Within();
            Assert.Equal(401, (int)answer.StatusCode);
        }

        using var form = new FormUrlEncodedContent([new("pin", "000000")]);
        using var tried = await client.PostAsync(edge.UrlOf(exposure, PinGate.Path), form).Within();
        Assert.DoesNotContain("Set-Cookie", tried.Headers.Select(header => header.Key));
        Assert.Equal(before, app.Connections);
    }

    [Fact]
    public async Task E19_AccountsThatFail_LetNobodyInAndCutWhoIsIn()
    {
        var people = new BrittlePeople();
        await using var edge = await EdgeWorld.StartAsync(adapt: services => services.Replace(ServiceDescriptor.Singleton<IVisitorAccounts>(people)));
        await using var app = await WebSocketApp.StartAsync();
        var exposure = edge.Expose(app.EndPoint, AccessMode.Sso);
        var browser = new Browser(edge);
        browser.SignInAtPortal(people.Real.SignIn("nina"));
        var grant = SignInGateTests.GrantOf(await browser.FollowAsync(await browser.FollowAsync(await browser.GetAsync(edge.UrlOf(exposure)))));
        using var socket = await edge.OpenWebSocketAsync(exposure, grant, $"https://{EdgeWorld.HostOf(exposure)}:{edge.Port}");
        var before = app.Handshakes;

        people.Break();

        await SignInGateTests.IsCutAsync(socket);
        using var client = edge.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, edge.UrlOf(exposure)) { Headers = { { "Cookie", grant } } };
        using var answer = await client.SendAsync(request).Within();
        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Equal(before, app.Handshakes);
    }

    [Theory]
    [InlineData((AccessMode)7)]
    [InlineData((AccessMode)(-1))]
    public async Task E19_ModeThatNobodyKnows_LetsNobodyIn(AccessMode mode)
    {
        await using var edge = await EdgeWorld.StartAsync();
        await using var app = OddUpstream.Echo();
        using var client = edge.NewClient();

        using var answer = await client.GetAsync(edge.UrlOf(edge.Expose(app.EndPoint, mode))).Within();

        Assert.Equal(403, (int)answer.StatusCode);
        Assert.Equal(0, app.Connections);
    }

    /// <summary>Works until it is broken; then everything it is asked throws what a lost database would.</summary>
    private sealed class BrittleProtection : IDataProtectionProvider
    {
        private readonly EphemeralDataProtectionProvider _real = new();

        public bool IsBroken { get; set; }

        public IDataProtector CreateProtector(string purpose) => new Protector(this, _real.CreateProtector(purpose));

        private sealed class Protector(BrittleProtection owner, IDataProtector real) : IDataProtector
        {
            public IDataProtector CreateProtector(string purpose) => new Protector(owner, real.CreateProtector(purpose));

            public byte[] Protect(byte[] plaintext) => owner.IsBroken ? throw new InvalidOperationException("The key ring is gone.") : real.Protect(plaintext);

            public byte[] Unprotect(byte[] protectedData) => owner.IsBroken ? throw new InvalidOperationException("The key ring is gone.") : real.Unprotect(protectedData);
        }
    }

    private sealed class BrittlePeople : IVisitorAccounts
    {
        private bool _isBroken;

        public event Action? Changed;

        public FakeVisitors Real { get; } = new();

        public void Break()
        {
            _isBroken = true;
            Changed?.Invoke();
        }

        public VisitorAccount? FindSignedIn(ClaimsPrincipal principal) => _isBroken ? throw new InvalidOperationException("No accounts.") : Real.FindSignedIn(principal);

        public VisitorAccount? FindBySignIn(string signInId) => _isBroken ? throw new InvalidOperationException("No accounts.") : Real.FindBySignIn(signInId);
    }
}
