using FsCheck;
using FsCheck.Fluent;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;

namespace PortPortal.Tests.Exposures;

public sealed class ExposureHostnameTests
{
    private const string Base = "fleet.example.com";
    private const string Id = "k7f2qdm4x5ta";
    private static readonly string Long = new('a', 63);

    [Theory]
    [InlineData("3000-k7f2qdm4x5ta", "k7f2qdm4x5ta", 3000)]
    [InlineData("k7f2qdm4x5ta-3000", "k7f2qdm4x5ta", 3000)]
    [InlineData("3000-my-app", "my-app", 3000)]
    [InlineData("my-app-3000", "my-app", 3000)]
    [InlineData("1-a", "a", 1)]
    [InlineData("65535-a", "a", 65535)]
    [InlineData("a-65535", "a", 65535)]
    [InlineData("this-machine-8080", "this-machine", 8080)]
    [InlineData("a1-b2-80", "a1-b2", 80)]
    public void P13S06S31_PortAndSession_InEitherOrder(string label, string session, int port) =>
        Assert.Equal(new ExposureHostname.OfPort(session, port), Parse(label));

    [Theory]
    [InlineData("3000-4000", "4000", 3000)]
    [InlineData("3000-app-4000", "app-4000", 3000)]
    [InlineData("80-443-8443", "443-8443", 80)]
    public void OfPort_WhereBothEndsAreNumbers_TheCanonicalOrderWins(string label, string session, int port) =>
        Assert.Equal(new ExposureHostname.OfPort(session, port), Parse(label));

    [Theory]
    [InlineData("web.my-app", "web", "my-app")]
    [InlineData("web--my-app", "web", "my-app")]
    [InlineData("3000.my-app", "3000", "my-app")]
    [InlineData("3000-a.b", "3000-a", "b")]
    [InlineData("3000-a--b", "3000-a", "b")]
    [InlineData("preview.my-app", "preview", "my-app")]
    public void M03_EndpointAndSession_WithADotOrTwoHyphens(string labels, string endpoint, string session) =>
        Assert.Equal(new ExposureHostname.OfEndpoint(endpoint, session), Parse(labels));

    [Theory]
    [InlineData("my-app", "my-app")]
    [InlineData("app", "app")]
    [InlineData("3000", "3000")]
    [InlineData("0-a", "0-a")] // no port: no leading zero, nothing above 65535, digits only
    [InlineData("080-a", "080-a")]
    [InlineData("65536-a", "65536-a")]
    [InlineData("99999-a", "99999-a")]
    [InlineData("123456-a", "123456-a")]
    [InlineData("a-0", "a-0")]
    [InlineData("a-65536", "a-65536")]
    [InlineData("3000a-b", "3000a-b")]
    public void OfSession_WhereNothingIsAPort(string label, string session) => Assert.Equal(new ExposureHostname.OfSession(session), Parse(label));

    [Theory]
    [InlineData("b4xk7f2qdm4x5ta.preview", "b4xk7f2qdm4x5ta")]
    [InlineData("3000-a.preview", "3000-a")]
    public void S07_Preview_IsALabelOfItsOwn(string labels, string token) => Assert.Equal(new ExposureHostname.OfPreview(token), Parse(labels));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("-3000-a")]
    [InlineData("3000-a-")]
    [InlineData("3000-")]
    [InlineData("3000--")]
    [InlineData("--a")]
    [InlineData("a--")]
    [InlineData("a---b")]
    [InlineData("a--b--c")]
    [InlineData("a_b")]
    [InlineData("3000_a")]
    [InlineData("A-3000")]
    [InlineData("3000-Ä")]
    [InlineData("a b")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("a.b.c")]
    [InlineData("web.my--app")]
    [InlineData("we--b.app")]
    [InlineData("*.preview")]
    [InlineData(".preview")]
    [InlineData("+3000-a\0")]
    public void S31_AnythingElse_StandsForNothing(string labels) => Assert.Null(Parse(labels));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("fleet.example.com")]
    [InlineData(".fleet.example.com")]
    [InlineData("3000-afleet.example.com")]
    [InlineData("3000-a.example.com")]
    [InlineData("3000-a.fleet.example.org")]
    [InlineData("3000-a.fleet.example.com.evil.test")]
    [InlineData("3000-a.FLEET.example.com")]
    [InlineData("3000-a")]
    public void S31_OutsideTheBaseDomain_StandsForNothing(string host) => Assert.Null(ExposureHostname.TryParse(host, Base));

    [Fact]
    public void Labels_OfMoreThan63Characters_StandForNothing()
    {
        Assert.IsType<ExposureHostname.OfSession>(Parse(Long));
        Assert.Null(Parse(Long + "a"));
        Assert.Null(Parse($"{Long}a.app"));
        Assert.Null(Parse($"{new string('a', 31)}--{new string('b', 31)}")); // 64 in one label
        Assert.IsType<ExposureHostname.OfEndpoint>(Parse($"{new string('a', 31)}--{new string('b', 30)}"));
        Assert.IsType<ExposureHostname.OfEndpoint>(Parse($"{Long}.{Long}"));
    }

    [Fact]
    public void Canonical_ReadBack_IsWhatItWasMadeFrom() => Check.QuickThrowOnFailure(Prop.ForAll(
        Ports().ToArbitrary(),
        Labels().ToArbitrary(),
        (port, name) =>
        {
            var cloud = new PublicAddress(Base, $"portal.{Base}", 443);
            var local = new PublicAddress("localhost", "portal.localhost", 8443);
            return ExposureHostname.TryParse(ExposureHostname.Canonical(cloud, Id, name, port, endpoint: "web"), Base) is ExposureHostname.OfPort(Id, var canonical) && canonical == port
                && ExposureHostname.TryParse(ExposureHostname.Canonical(local, Id, name, port, endpoint: null), "localhost") is ExposureHostname.OfPort(Id, var plain) && plain == port
                && (name == "preview" || Equals(ExposureHostname.TryParse(ExposureHostname.Canonical(local, Id, name, port, "web"), "localhost"), new ExposureHostname.OfEndpoint("web", name)));
        }));

    [Fact]
    public void PortFirst_OfAnyNameThatBeginsWithNoHyphen_IsReadAsThatPort() => Check.QuickThrowOnFailure(Prop.ForAll(
        Ports().ToArbitrary(),
        Labels().ToArbitrary(),
        (port, name) => $"{port}-{name}".Length > 63 || Equals(Parse($"{port}-{name}"), new ExposureHostname.OfPort(name, port))));

    [Fact]
    public void AnyTextAtAll_IsReadInOneWayOrNone() => Check.QuickThrowOnFailure(Prop.ForAll<string?>(text => Parse(text ?? "") switch
    {
        null => true,
        ExposureHostname.OfPort(var session, var port) => DnsLabel.IsWellFormed(session) && port is >= 1 and <= 65535,
        ExposureHostname.OfEndpoint(var endpoint, var session) => DnsLabel.IsWellFormed(endpoint) && DnsLabel.IsWellFormed(session),
        ExposureHostname.OfPreview(var token) => DnsLabel.IsWellFormed(token),
        ExposureHostname.OfSession(var session) => DnsLabel.IsWellFormed(session),
        _ => false,
    }));

    private static ExposureHostname? Parse(string labels) => ExposureHostname.TryParse($"{labels}.{Base}", Base);

    private static Gen<int> Ports() => Gen.Choose(1, 65535);

    private static Gen<string> Labels() =>
        from length in Gen.Choose(1, 57)
        from letters in Gen.Elements("abcxyz0189-".ToCharArray()).ArrayOf(length)
        let label = new string(letters)
        where DnsLabel.IsWellFormed(label)
        select label;
}
