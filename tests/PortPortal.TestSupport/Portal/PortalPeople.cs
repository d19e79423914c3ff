using System.Net;
using System.Text.RegularExpressions;

namespace PortPortal.TestSupport;

/// <summary>People at the portal's own forms, by HTTP alone: the first admin, signing in, and visiting an app behind a sign-in.</summary>
public static partial class PortalPeople
{
    public const string AdminEmail = "ada@example.com";
    public const string AdminPassphrase = "correct horse battery staple";

    /// <summary>Creates the first admin by the console's link, and leaves the sign-in in <paramref name="cookies"/>.</summary>
    public static async Task SetUpAdminAsync(PortalHttp http, Uri setUpLink, CookieContainer cookies)
    {
        using var client = http.NewClient(cookies);
        await PostFormAsync(client, setUpLink, new(StringComparer.Ordinal) { ["name"] = "Ada Byron", ["email"] = AdminEmail, ["password"] = AdminPassphrase });
    }

    /// <summary>Opens a page the way a browser would, through every redirect, and returns what it ends at.</summary>
    public static async Task<HttpResponseMessage> VisitAsync(PortalHttp http, Uri page, CookieContainer cookies)
    {
        using var client = http.NewClient(cookies, followRedirects: true);
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        client.DefaultRequestHeaders.Add("Sec-Fetch-Mode", "navigate");
        client.DefaultRequestHeaders.Add("Sec-Fetch-Dest", "document");
        return await client.GetAsync(page);
    }

    /// <summary>Fills the only form of a page and sends it, with the hidden fields it came with.</summary>
    /// <exception cref="HttpRequestException">The form came back instead of leading on.</exception>
    private static async Task PostFormAsync(HttpClient client, Uri page, Dictionary<string, string> fields)
    {
        var html = await client.GetStringAsync(page);
        foreach (Match hidden in HiddenField().Matches(html))
        {
            fields.TryAdd(hidden.Groups["name"].Value, WebUtility.HtmlDecode(hidden.Groups["value"].Value));
        }

        using var form = new FormUrlEncodedContent(fields);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(page, page.AbsolutePath)) { Content = form };
        request.Headers.Add("Origin", page.GetLeftPart(UriPartial.Authority));
        using var response = await client.SendAsync(request);
        if ((int)response.StatusCode is < 300 or >= 400)
        {
            throw new HttpRequestException($"{page.AbsolutePath} answered {(int)response.StatusCode}.", inner: null, response.StatusCode);
        }
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HiddenField();
}
