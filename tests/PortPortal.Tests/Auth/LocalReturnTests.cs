using PortPortal.Auth;

namespace PortPortal.Tests.Auth;

public sealed class LocalReturnTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/sessions/k7f2qdm4x9ta?port=3000")]
    [InlineData("/activity?filter=mode%3Apublic&url=https%3A%2F%2Fevil.test%2F")]
    [InlineData("/x?next=//evil.test")]
    public void PathOrHome_PathOfThePortal_IsKept(string path) => Assert.Equal(path, LocalReturn.PathOrHome(path));

    // The kinds of oauth2-proxy's testdata/openredirects.txt, and SECURITY C6.
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sessions")]
    [InlineData("//evil.test")]
    [InlineData("///evil.test")]
    [InlineData("////evil.test/%2f..")]
    [InlineData("/\\evil.test")]
    [InlineData("\\\\evil.test")]
    [InlineData("/\\/evil.test")]
    [InlineData("/x\\evil.test")]
    [InlineData("/\t/evil.test")]
    [InlineData("/\n/evil.test")]
    [InlineData("/\r\n/evil.test")]
    [InlineData("\t//evil.test")]
    [InlineData(" //evil.test")]
    [InlineData("/ /evil.test")]
    [InlineData("/\u0000/evil.test")]
    [InlineData("/\u00a0/evil.test")]
    [InlineData("/\u2028/evil.test")]
    [InlineData("/./evil.test/..//evil.test")]
    [InlineData("/..//evil.test")]
    [InlineData("/.//evil.test")]
    [InlineData("/x/..//evil.test")]
    [InlineData("/x//evil.test")]
    [InlineData("https://evil.test")]
    [InlineData("https:evil.test")]
    [InlineData("http:/evil.test")]
    [InlineData("HTTPS://evil.test")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("https://portal.fleet.test@evil.test")]
    [InlineData("https://portal.fleet.test.evil.test")]
    [InlineData("@evil.test")]
    [InlineData(".evil.test")]
    [InlineData("〱evil.test")]
    [InlineData("/〱evil.test")]
    [InlineData("/sign-out")]
    [InlineData("/SIGN-OUT?x")]
    [InlineData("/sign-in?return=/sign-in")]
    [InlineData("/set-up?code=x")]
    public void PathOrHome_AnythingElse_LeadsHome(string? path) => Assert.Equal("/", LocalReturn.PathOrHome(path));

    [Fact]
    public void PathOrHome_VeryLongPath_LeadsHome() => Assert.Equal("/", LocalReturn.PathOrHome("/" + new string('a', 2048)));

    [Fact]
    public void SignInPage_Path_IsCarriedEscaped() => Assert.Equal("/sign-in?return=%2Fsessions%3Fport%3D1%262", LocalReturn.SignInPage("/sessions?port=1&2"));
}
