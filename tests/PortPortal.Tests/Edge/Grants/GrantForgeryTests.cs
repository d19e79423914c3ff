using System.Net;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging.Abstractions;
using PortPortal.Engine.Access;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Grants;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Revocations;
using PortPortal.Engine.Sessions;
using PortPortal.Engine.ShareLinks;
using PortPortal.Engine.ShareLinks.Previews;

namespace PortPortal.Tests.Edge.Grants;

/// <summary>A hundred thousand cookies that are no grant for here and now: not one is let in; the genuine ones among them are, each time.</summary>
public sealed class GrantForgeryTests
{
    private const int Tries = 100_000;
    private const string Host = "3000-k7f2qdm4x9ta.fleet.example.com";
    private const string Exposure = "x-shop-3000";
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ManualTime _time = new(Start);
    private readonly GrantCookie _cookie;
    private readonly GrantCookie _foreign = new(new EphemeralDataProtectionProvider());
    private readonly RevokedGrants _revoked;
    private readonly FakeVisitors _people = new();
    private readonly EdgeGate _gate;

    public GrantForgeryTests()
    {
        _cookie = new(new EphemeralDataProtectionProvider());
        _revoked = new(_time);
        var exposures = new ExposureFeed(_time);
        var links = new LiveLinks(new(_time), exposures, new SessionFeed(_time), new ProfileBook(), _time);
        var previews = new LivePreviews(new PreviewTokens(), exposures, links, _time);
        _gate = new(_cookie, _revoked, new KeptOutFeed(_time), _people, links, previews, _time, NullLogger<EdgeGate>.Instance);
    }

    [Fact]
    public void S29E24_Grant_ForgedAlteredForeignOrOver_IsNeverAccepted()
    {
        var policies = new[] { AccessMode.Pin, AccessMode.Email, AccessMode.Sso }.Select(PolicyOf).ToArray();
        var signIn = _people.SignIn("nina", "nina@lark.example");
        var goods = policies.Select(policy => Good(policy, signIn)).ToArray();
        Assert.All(policies.Zip(goods), pair => Assert.True(Admits(pair.First, Header(_cookie.Seal(pair.Second)))));
        var taken = Array.ConvertAll(goods, good => good with { Id = "taken-back" });
        _revoked.Add("taken-back", Start.AddHours(12));

        var forgeries =
            from which in Gen.Choose(0, policies.Length - 1)
            from kind in Gen.Choose(0, 11)
            from salt in Gen.Choose(0, int.MaxValue - 1)
            select (policies[which], Forge(kind, salt, goods[which], taken[which], goods[(which + 1) % goods.Length]));

        Prop.ForAll(forgeries.ToArbitrary(), forgery => !Admits(forgery.Item1, forgery.Item2))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Tries).WithQuietOnSuccess(true));

        // The good ones are still good: what was refused was refused for itself.
        Assert.All(policies.Zip(goods), pair => Assert.True(Admits(pair.First, Header(_cookie.Seal(pair.Second)))));
        _people.SignOut(signIn);
        Assert.False(Admits(policies[^1], Header(_cookie.Seal(goods[^1]))));
    }

    /// <returns>A whole Cookie header.</returns>
    private string Forge(int kind, int salt, Grant good, Grant taken, Grant ofAnotherMode) => kind switch
    {
        0 => Header(WebEncoders.Base64UrlEncode(Bytes(salt, salt % 400))),
        1 => Header(new string((char)('A' + (salt % 26)), salt % 300)),
        2 => Header(Flipped(_cookie.Seal(good), salt)),
        3 => Header(_cookie.Seal(good) is var value && salt % 2 == 0 ? value[..(salt % value.Length)] : value + (char)('A' + (salt % 26))),
        4 => Header(_foreign.Seal(good)),
        5 => Header(_cookie.Seal(good with { ExposureId = $"x-other-{salt % 65_536}" })),
        6 => Header(_cookie.Seal(good with { Host = salt % 2 == 0 ? $"{3001 + (salt % 60_000)}-k7f2qdm4x9ta.fleet.example.com" : Host.ToUpperInvariant() })),
        7 => Header(_cookie.Seal(good with { ExpiresAt = Start.AddSeconds(-(salt % 100_000)) })),
        8 => Header(_cookie.Seal(taken)),
        9 => Header(_cookie.Seal(salt % 2 == 0 ? good with { Version = 3 - (salt % 3) - 1 } : good with { Version = 5 + (salt % 100) })),
        10 => Header(_cookie.Seal(ofAnotherMode with { Proof = good.Proof == Proof.Pin ? Proof.EmailCode : Proof.Pin, Email = "eve@evil.example" })),
        _ => Doubled(_cookie.Seal(good), salt),
    };

    private bool Admits(AccessPolicy policy, string header)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        context.Request.Headers.Cookie = header;
        return _gate.Decide(policy, _gate.Identify(context, policy, Host)).IsAdmitted;
    }

    private static AccessPolicy PolicyOf(AccessMode mode) => new()
    {
        ExposureId = Exposure,
        Mode = mode,
        Version = 4,
        GrantsSince = 3,
        OwnerId = "owner",
        AllowedEmails = ["nina@lark.example"],
    };

    private static Grant Good(AccessPolicy policy, string signIn) => new()
    {
        Id = $"good-{policy.Mode}",
        ExposureId = Exposure,
        Host = Host,
        Proof = policy.Mode switch
        {
            AccessMode.Pin => Proof.Pin,
            AccessMode.Email => Proof.EmailCode,
            _ => Proof.SignIn,
        },
        Version = 4,
        IssuedAt = Start,
        ExpiresAt = Start.AddHours(12),
        UserId = policy.Mode == AccessMode.Sso ? "nina" : null,
        SignInId = policy.Mode == AccessMode.Sso ? signIn : null,
        Email = policy.Mode == AccessMode.Email ? "nina@lark.example" : null,
    };

    private static string Header(string value) => $"theme=dark; {GrantCookie.Name}={value}; sid=1";

    /// <summary>A genuine cookie beside a look-alike, or under a name that is almost ours.</summary>
    private static string Doubled(string value, int salt) => (salt % 5) switch
    {
        0 => $"{GrantCookie.Name}={value}; {GrantCookie.Name}={value}",
        1 => $"{GrantCookie.Name}={value}; {GrantCookie.Name.ToUpperInvariant()}=x",
        2 => $"{GrantCookie.Name.ToLowerInvariant()}={value}",
        3 => $"\u00a0{GrantCookie.Name}={value}",
        _ => $"{GrantCookie.Name}x={value}",
    };

    /// <summary>One bit of what the text stands for is another; flipping padding alone would leave the same bytes.</summary>
    private static string Flipped(string value, int salt)
    {
        var bytes = WebEncoders.Base64UrlDecode(value);
        bytes[salt % bytes.Length] ^= (byte)(1 << (salt / bytes.Length % 8));
        return WebEncoders.Base64UrlEncode(bytes);
    }

    private static byte[] Bytes(int salt, int count) => HKDF.Expand(HashAlgorithmName.SHA256, SHA256.HashData(BitConverter.GetBytes(salt)), count + 1);
}
