using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.TestHost;

namespace PortPortal.Tests.Auth;

/// <summary>As much of a browser as signing in needs: cookies with their prefixes, forms, and the headers that tell where a request comes from.</summary>
internal sealed partial class Browser : IDisposable
{
    private readonly HttpClient _client;
    private readonly string _from;

    public Browser(TestServer server, string from)
    {
        _client = server.CreateClient();
        _client.BaseAddress = PortalHost.Address.Portal;
        _client.Timeout = TimeSpan.FromSeconds(30);
        _from = from;
    }

    /// <summary>Name and value, as the server set them.</summary>
    public Dictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);

    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(new(HttpMethod.Get, path));

    /// <summary>Opens a page and sends its first form back with <paramref name="values"/> filled in.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string path, params (string Name, string Value)[] values)
    {
        var page = await GetAsync(path);
        return await SubmitAsync(path, await page.Content.ReadAsStringAsync(), values);
    }

    /// <summary>Sends the form of a page that is open already.</summary>
    public Task<HttpResponseMessage> SubmitAsync(string path, string page, params (string Name, string Value)[] values)
    {
        var first = FirstForm(page);
        var form = HiddenFields(first);
        foreach (var (name, value) in values)
        {
            form[name] = value;
        }

        return PostAsync(ActionOf(first) ?? path, form);
    }

    public Task<HttpResponseMessage> PostAsync(string path, Dictionary<string, string> form) =>
        SendAsync(new(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) });

    /// <summary>Sends a request as a page of the portal would; headers that are there already stay.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        request.Headers.TryAddWithoutValidation("Test-From", _from);
        request.Headers.TryAddWithoutValidation("User-Agent", "Mozilla/5.0 (test)");
        Default(request, "Accept", "text/html,application/xhtml+xml");
        Default(request, "Sec-Fetch-Site", "same-origin");
        if (request.Method != HttpMethod.Get)
        {
            Default(request, "Origin", PortalHost.Address.Portal.GetLeftPart(UriPartial.Authority));
        }

        if (Cookies.Count > 0 && !request.Headers.Contains("Cookie"))
        {
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", Cookies.Select(pair => $"{pair.Key}={pair.Value}")));
        }

        var response = await _client.SendAsync(request);
        Keep(response);
        return response;
    }

    public void Dispose() => _client.Dispose();

    private static void Default(HttpRequestMessage request, string name, string value)
    {
        if (!request.Headers.Contains(name))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private void Keep(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Set-Cookie", out var lines))
        {
            return;
        }

        foreach (var line in lines)
        {
            var pair = line.Split(';')[0].Split('=', 2);
            if (pair[1].Length == 0)
            {
                Cookies.Remove(pair[0]);
            }
            else
            {
                Cookies[pair[0]] = pair[1];
            }
        }
    }

    private static string FirstForm(string page)
    {
        var start = page.IndexOf("<form method=\"post\"", StringComparison.Ordinal);
        return page[start..page.IndexOf("</form>", start, StringComparison.Ordinal)];
    }

    private static Dictionary<string, string> HiddenFields(string page) =>
        Hidden().Matches(page).ToDictionary(match => match.Groups["name"].Value, match => WebUtility.HtmlDecode(match.Groups["value"].Value), StringComparer.Ordinal);

    private static string? ActionOf(string page) => Action().Match(page) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups["path"].Value) : null;

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Hidden();

    [GeneratedRegex("<form method=\"post\" action=\"(?<path>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Action();
}
