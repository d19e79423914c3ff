using System.Net;
using System.Text;
using PortPortal.Sdk;

namespace PortPortal.Tests.Sdk;

/// <summary>What the client knows without asking, and the shapes of answers it takes.</summary>
public sealed class PreviewUrlTests
{
    [Fact]
    public void S13_PreviewUrl_OfAPort_IsFormattingAlone()
    {
        using var http = new HttpClient(new Answering(_ => throw new InvalidOperationException("Nothing may be asked.")));
        using var client = new PortPortalClient(http, new Uri("https://api.pandastack.ai"), "pp_key");

        Assert.Equal("https://3000-1a2b3c4d.pandastack.ai", Bare(client.Session("1a2b3c4d").PreviewUrl(3000)));
    }

    [Theory]
    [InlineData("https://api.pandastack.ai", "https://3000-k7f2qdm4x9ta.pandastack.ai")]
    [InlineData("https://api.acme.dev", "https://3000-k7f2qdm4x9ta.acme.dev")]
    [InlineData("https://portal.fleet.example.com", "https://3000-k7f2qdm4x9ta.fleet.example.com")]
    [InlineData("https://portal.localhost:8443", "https://3000-k7f2qdm4x9ta.localhost:8443")]
    [InlineData("https://portal.example.com/", "https://3000-k7f2qdm4x9ta.example.com")]
    [InlineData("https://apidocs.example.com", "https://3000-k7f2qdm4x9ta.apidocs.example.com")]
    public void S14_Suffix_FromTheAddress_IsWithoutItsOwnLabel(string address, string url)
    {
        using var client = new PortPortalClient(new Uri(address), "pp_key");

        Assert.Equal(url, Bare(client.Session("k7f2qdm4x9ta").PreviewUrl(3000)));
    }

    [Fact]
    public void S15_PreviewHost_WhereSet_IsTheSuffix()
    {
        using var client = new PortPortalClient(new Uri("https://api.acme.dev"), "pp_key");
        client.PreviewHost = "preview.example.com";

        Assert.Equal("https://3000-k7f2qdm4x9ta.preview.example.com", Bare(client.Session("k7f2qdm4x9ta").PreviewUrl(3000)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65536)]
    public void PreviewUrl_OfNoPort_IsRefused(int port)
    {
        using var client = new PortPortalClient(new Uri("https://api.acme.dev"), "pp_key");

        Assert.Throws<ArgumentOutOfRangeException>(() => client.Session("k7f2qdm4x9ta").PreviewUrl(port));
    }

    [Theory]
    [InlineData("""{"ports":[{"port":3000},{"port":9229}]}""")]
    [InlineData("""[{"port":3000},{"port":9229}]""")]
    public async Task S18_Ports_WrappedOrBare_AreRead(string answer)
    {
        using var http = new HttpClient(new Answering(_ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer, Encoding.UTF8, "application/json") }));
        using var client = new PortPortalClient(http, new Uri("https://api.acme.dev"), "pp_key");

        var urls = await client.Session("k7f2qdm4x9ta").PreviewUrlsAsync();

        Assert.Equal([3000, 9229], urls.Keys.Order());
        Assert.Equal("https://9229-k7f2qdm4x9ta.acme.dev", Bare(urls[9229]));
    }

    [Theory]
    [InlineData(HttpStatusCode.BadGateway, "text/html", "<h1>Bad gateway</h1>", 502, "unknown")]
    [InlineData(HttpStatusCode.NotFound, "application/problem+json", "{", 404, "not_found")]
    [InlineData(HttpStatusCode.OK, "text/html", "<h1>It works!</h1>", 200, "unexpected_answer")]
    public async Task Answer_OfSomethingElse_IsATypedError(HttpStatusCode status, string type, string body, int expectedStatus, string expectedCode)
    {
        using var http = new HttpClient(new Answering(request => new HttpResponseMessage(status) { RequestMessage = request, Content = new StringContent(body, Encoding.UTF8, type) }));
        using var client = new PortPortalClient(http, new Uri("https://portal.example.com"), "pp_key");

        var refused = await Assert.ThrowsAsync<PortPortalException>(() => client.ListSessionsAsync());

        Assert.Equal((expectedStatus, expectedCode), (refused.Status, refused.Code));
        Assert.Contains("https://portal.example.com", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://portal.example.com")]
    [InlineData("ftp://portal.example.com")]
    [InlineData("/portal")]
    public void Client_WhereTheKeyWouldTravelInClear_IsRefused(string address) =>
        Assert.Throws<ArgumentException>(() => new PortPortalClient(new Uri(address, UriKind.RelativeOrAbsolute), "pp_key"));

    private static string Bare(Uri url) => url.ToString().TrimEnd('/');

    private sealed class Answering(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer(request));
    }
}
