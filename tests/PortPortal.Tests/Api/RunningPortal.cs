using System.Net.Http.Headers;

namespace PortPortal.Tests.Api;

/// <summary>One real program that a class of tests talks to over the wire.</summary>
public sealed class RunningPortal : IAsyncLifetime
{
    public PortalProcess Process { get; private set; } = null!;

    public PortalApi Api => Process.Api;

    /// <summary>A client with a key of that role.</summary>
    public async Task<HttpClient> ClientAsync(string role)
    {
        var made = await Api.SendAsync(HttpMethod.Post, "/v1/api-keys", new { name = $"a {role}", role });
        return Client(made.GetProperty("key").GetString()!);
    }

    public HttpClient Client(string key)
    {
        var client = Process.Http.NewClient();
        client.BaseAddress = Process.Portal;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public async Task InitializeAsync() => Process = await PortalProcess.StartAsync();

    public async Task DisposeAsync() => await Process.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class PortalDefinition : ICollectionFixture<RunningPortal>
{
    public const string Name = "one running portal";
}
