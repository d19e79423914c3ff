using System.Net;

namespace PortPortal.Tests.Lifecycle;

/// <summary>How often one address may be asked, as its session's profile has it.</summary>
public sealed class RateLimitTests
{
    [Fact]
    public async Task S24_StrictProfile_LetsTenThroughAtOnce_AndOneASecond()
    {
        await using var world = await LifeWorld.StartAsync();
        var url = await OpenAsync(world, "strict");
        using var client = world.Portal.Http.NewClient();

        var burst = await SendAsync(client, url, 12);

        Assert.Equal(Enumerable.Repeat(HttpStatusCode.OK, 10).Concat(Enumerable.Repeat(HttpStatusCode.TooManyRequests, 2)), burst);
        using var refused = await client.GetAsync(url);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        Assert.Contains("rate_limited", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.TooManyRequests], await SendAsync(client, url, 2));
        world.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(10, (await SendAsync(client, url, 12)).Count(status => status == HttpStatusCode.OK));
    }

    [Fact]
    public async Task S24_AnotherNameOfTheSamePort_IsNoOtherBucket()
    {
        await using var world = await LifeWorld.StartAsync();
        var url = await OpenAsync(world, "strict");
        using var client = world.Portal.Http.NewClient();
        await SendAsync(client, url, 10);

        var alias = new UriBuilder(url) { Host = $"strict-{world.App.Port}.localhost" }.Uri;

        Assert.Equal([HttpStatusCode.TooManyRequests], await SendAsync(client, alias, 1));
    }

    [Fact]
    public async Task S25_OtherProfile_HasNoLimit()
    {
        await using var world = await LifeWorld.StartAsync();
        var url = await OpenAsync(world, "dev");
        using var client = world.Portal.Http.NewClient();

        Assert.All(await SendAsync(client, url, 60), status => Assert.Equal(HttpStatusCode.OK, status));
    }

    [Fact]
    public async Task Api_TooManyCalls_AreRefusedByKey()
    {
        await using var world = await LifeWorld.StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Api:RequestsPerSecond"] = "2", ["Api:RequestBurst"] = "3" });

        var statuses = await SendAsync(world.Api.Http, new Uri(world.Portal.Portal, "/v1/sessions"), 4);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], statuses);
        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, (await SendAsync(world.Api.Http, new Uri(world.Portal.Portal, "/v1/sessions"), 3)).Count(status => status == HttpStatusCode.OK));
    }

    private static async Task<Uri> OpenAsync(LifeWorld world, string profile)
    {
        var session = await world.Api.RegisterSessionAsync(new { name = profile, address = "127.0.0.1", profile, network = new { expose = new[] { new { port = world.App.Port, access = "public" } } } });
        return new Uri(session.GetProperty("exposedPorts")[0].GetProperty("url").GetString()!);
    }

    private static async Task<List<HttpStatusCode>> SendAsync(HttpClient client, Uri url, int count)
    {
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < count; i++)
        {
            using var response = await client.GetAsync(url);
            statuses.Add(response.StatusCode);
        }

        return statuses;
    }
}
