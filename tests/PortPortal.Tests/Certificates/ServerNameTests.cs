using PortPortal.Engine.Certificates;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Certificates;

public sealed class ServerNameTests
{
    private static readonly PublicAddress Address = new("fleet.example.com", "portal.pp.test", 443);

    [Theory]
    [InlineData("fleet.example.com")]
    [InlineData("portal.pp.test")]
    [InlineData("3000-k7f2qdm4x9ta.fleet.example.com")]
    [InlineData("web.my-app.fleet.example.com")]
    [InlineData("web--my-app.fleet.example.com")]
    [InlineData("xn--bcher-kva.fleet.example.com")]
    [InlineData("1.2.3.4.fleet.example.com")]
    public void IsServed_WellFormedNameBeneathTheBase_Yes(string name) => Assert.True(ServerName.IsServed(Address, name));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("example.com")]
    [InlineData("evilfleet.example.com")]
    [InlineData("x.portal.pp.test")]
    [InlineData("pp.test")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData(".fleet.example.com")]
    [InlineData("a..fleet.example.com")]
    [InlineData("a.fleet.example.com.")]
    [InlineData("-a.fleet.example.com")]
    [InlineData("a-.fleet.example.com")]
    [InlineData("a_b.fleet.example.com")]
    [InlineData("*.fleet.example.com")]
    [InlineData("A.fleet.example.com")]
    [InlineData("a b.fleet.example.com")]
    [InlineData("a\0.fleet.example.com")]
    [InlineData("ä.fleet.example.com")]
    [InlineData("fleet.example.com.evil.test")]
    public void IsServed_AnythingElse_No(string name) => Assert.False(ServerName.IsServed(Address, name));

    [Theory]
    [InlineData(63, 1, true)]
    [InlineData(64, 1, false)]
    [InlineData(57, 4, true)]
    [InlineData(59, 4, false)]
    public void IsServed_LongNames_UpTo63And253(int labelLength, int labels, bool expected)
    {
        var name = string.Concat(Enumerable.Repeat(new string('a', labelLength) + ".", labels)) + "fleet.example.com";

        Assert.Equal(expected, ServerName.IsServed(Address, name));
    }
}
