using PortPortal.Engine.Edge.Upstream;

namespace PortPortal.Tests.Edge.Upstream;

public sealed class ReservedCookiesTests
{
    [Theory]
    [InlineData("a=1", "a=1")]
    [InlineData("a=1; b=\"x y\";c=;  d", "a=1; b=\"x y\";c=;  d")]
    [InlineData("a=__Host-pp_gate", "a=__Host-pp_gate")]
    [InlineData("__Host-other=1", "__Host-other=1")]
    [InlineData("__Host-pp_gate=s", "")]
    [InlineData("__Host-pp_gate=s; a=1", "a=1")]
    [InlineData("a=1; __Host-pp_gate=s", "a=1")]
    [InlineData("a=1; __Host-pp_gate=s; b=2", "a=1; b=2")]
    [InlineData("a=1;__HOST-PP_gate=s;b=2", "a=1;b=2")]
    [InlineData("__host-pp_a=s; __Host-Pp_b=s", "")]
    [InlineData("a=1; \t__Host-pp_gate = s ;b=2", "a=1;b=2")]
    [InlineData("a=1; =__Host-pp_gate=s; b=2", "a=1; b=2")]
    [InlineData("a=1; __Host-pp_gate; b=2", "a=1; b=2")]
    [InlineData("a=1; \u00e2\u0080\u0080__Host-pp_gate=s; b=2", "a=1; b=2")]
    [InlineData("$Version=1; __Host-pp_gate=s; $Path=/", "$Version=1; $Path=/")]
    [InlineData("y=\"a; __Host-pp_gate=s; z=b\"", "y=\"a; z=b\"")]
    [InlineData("a=1; __Host-pp_gate=s;", "a=1")]
    [InlineData(";; __Host-pp_gate=s; a=1", "a=1")]
    public void Remove_TakesOursAndLeavesTheRestByteForByte(string cookies, string expected)
    {
        Assert.Equal(expected, ReservedCookies.Remove(cookies));
    }

    [Fact]
    public void Remove_WithNothingOfOurs_GivesTheSameInstance()
    {
        var cookies = string.Concat("a=1; ", "b=2");

        Assert.Same(cookies, ReservedCookies.Remove(cookies));
    }

    [Theory]
    [InlineData("a=1", "a=1")]
    [InlineData("a=1; Path=/; HttpOnly", "a=1; Path=/; HttpOnly")]
    [InlineData("a=1; Domain=edge.test", "a=1")]
    [InlineData("a=1; Domain=.edge.test; Path=/", "a=1; Path=/")]
    [InlineData("a=1;DOMAIN=test;Path=/", "a=1;Path=/")]
    [InlineData("a=1; domain=\"edge.test\"; Secure", "a=1; Secure")]
    [InlineData("a=1; Domain=; Secure", "a=1; Secure")]
    [InlineData("a=1; Domain; Secure", "a=1; Secure")]
    [InlineData("a=1; Domain=sub.web.edge.test", "a=1")]
    [InlineData("a=1; Domain=web.edge.test", "a=1; Domain=web.edge.test")]
    [InlineData("a=1; Domain=.WEB.edge.test", "a=1; Domain=.WEB.edge.test")]
    [InlineData("a=1; Domain=web.edge.test; Domain=edge.test", "a=1; Domain=web.edge.test")]
    [InlineData("domain=1; Path=/domain", "domain=1; Path=/domain")]
    [InlineData("__Host-pp_gate=1; Path=/", null)]
    [InlineData(" __HOST-PP_x=1", null)]
    [InlineData("=__Host-pp_gate=1", null)]
    [InlineData("==__Host-pp_gate", null)]
    [InlineData("a=__Host-pp_gate", "a=__Host-pp_gate")]
    public void Restrict_KeepsCookiesToTheirOwnHostAndOffOurNames(string setCookie, string? expected)
    {
        Assert.Equal(expected, ReservedCookies.Restrict(setCookie, "web.edge.test"));
    }
}
