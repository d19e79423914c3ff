using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PortPortal.Auth;
using PortPortal.Auth.OpenIdConnect;
using PortPortal.Engine.Accounts;
using PortPortal.TestSupport;

namespace PortPortal.Tests.Auth.OpenIdConnect;

/// <summary>A portal, a provider that can lie, and a browser that goes between them.</summary>
internal sealed class ProviderStory : IAsyncDisposable
{
    private ProviderStory(PortalHost host, FakeProvider provider) => (Host, Provider, Browser) = (host, provider, host.Browse());

    public PortalHost Host { get; }

    public FakeProvider Provider { get; }

    public Browser Browser { get; }

    public static Task<ProviderStory> BeginAsync(string adminGroups = "", string authority = FakeProvider.Issuer) => BeginAsync(
    [
        new("Oidc:Authority", authority),
        new("Oidc:ClientId", FakeProvider.ClientId),
        new("Oidc:ClientSecret", FakeProvider.ClientSecret),
        new("Oidc:AdminGroups", adminGroups),
    ]);

    /// <summary>The provider is there, and the portal does not know of it.</summary>
    public static Task<ProviderStory> BeginUnconfiguredAsync() => BeginAsync([]);

    private static async Task<ProviderStory> BeginAsync(IReadOnlyList<KeyValuePair<string, string?>> settings)
    {
        var time = new ManualTime();
        var provider = new FakeProvider(time);
        var host = await PortalHost.StartAsync(
            builder =>
            {
                builder.Configuration.AddInMemoryCollection(settings);
                builder.Services.Configure<OpenIdConnectOptions>(OpenIdConnectOptions.DefaultScheme, options => options.BackchannelHttpHandler = provider);
            },
            time);
        return new(host, provider);
    }

    /// <summary>Goes to the provider; the answer is what it was asked.</summary>
    public async Task<Dictionary<string, string>> AskAsync(string back = "/whoami", Browser? browser = null)
    {
        var redirect = await (browser ?? Browser).GetAsync($"/sign-in/provider?return={Uri.EscapeDataString(back)}");
        Assert.Equal(HttpStatusCode.Redirect, redirect.StatusCode);
        var location = redirect.Headers.Location!;
        Assert.StartsWith($"{FakeProvider.Issuer}/authorize?", location.AbsoluteUri, StringComparison.Ordinal);
        var asked = QueryHelpers.ParseQuery(location.Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);
        Provider.Nonce = asked["nonce"];
        return asked;
    }

    /// <summary>Comes back from the provider.</summary>
    public Task<HttpResponseMessage> ReturnAsync(string state, string? code = "a-code", string? issuer = FakeProvider.Issuer, Browser? browser = null, string more = "")
    {
        var query = new Dictionary<string, string?>(StringComparer.Ordinal) { ["state"] = state, ["code"] = code, ["iss"] = issuer };
        return (browser ?? Browser).SendAsync(FromProvider(QueryHelpers.AddQueryString("/signin-oidc", query.Where(pair => pair.Value is not null)) + more));
    }

    /// <summary>There and back.</summary>
    public async Task<HttpResponseMessage> SignInAsync(string back = "/whoami")
    {
        var asked = await AskAsync(back);
        return await ReturnAsync(asked["state"]);
    }

    /// <summary>Fails unless nobody was let in and no account was made.</summary>
    public void AssertNobodyCameIn(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Contains("problem=provider", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.DoesNotContain(PortalCookie.Name, Browser.Cookies.Keys);
        Assert.Empty(Host.Accounts.Now.SignIns);
        Assert.Empty(Host.Accounts.Now.Users);
    }

    public Account Nina() => Assert.Single(Host.Accounts.Now.Users.Values);

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        await Host.DisposeAsync();
        Provider.Dispose();
    }

    private static HttpRequestMessage FromProvider(string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "cross-site");
        return request;
    }
}
