using System.Net.ServerSentEvents;
using System.Text.Json;

namespace PortPortal.Tests.Api;

/// <summary>The status feed, as server-sent events and over SignalR with Microsoft's own JavaScript client.</summary>
[Collection(PortalDefinition.Name)]
public sealed class StatusStreamTests(RunningPortal portal)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task R18_Events_TellTheWholePictureThenEachChange()
    {
        await portal.Api.RegisterSessionAsync("streamed");
        using var deadline = new CancellationTokenSource(Patience);
        await using var stream = await portal.Api.Http.GetStreamAsync("/v1/events", deadline.Token);
        await using var messages = SseParser.Create(stream).EnumerateAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);

        await messages.MoveNextAsync();
        var first = messages.Current;
        await portal.Api.ExposeAsync("streamed", 4100);
        var opened = await NextAsync(messages, message => Ports(message).Any(port => port.GetProperty("port").GetInt32() == 4100));
        await portal.Api.CloseAsync("streamed", 4100);
        var closed = await NextAsync(messages, message => message.GetProperty("closed").EnumerateArray().Any(port => port.GetProperty("port").GetInt32() == 4100));

        Assert.Equal("snapshot", first.EventType);
        Assert.True(JsonElement.Parse(first.Data).GetProperty("reset").GetBoolean());
        Assert.False(opened.GetProperty("reset").GetBoolean());
        Assert.False(closed.GetProperty("reset").GetBoolean());
    }

    [Fact]
    public async Task Events_TellForwardsAndNodes()
    {
        await portal.Api.RegisterSessionAsync("forwarded");
        using var deadline = new CancellationTokenSource(Patience);
        await using var stream = await portal.Api.Http.GetStreamAsync("/v1/events", deadline.Token);
        await using var messages = SseParser.Create(stream).EnumerateAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);
        await messages.MoveNextAsync();
        var node = JsonElement.Parse(messages.Current.Data).GetProperty("nodes")[0];

        var id = (await portal.Api.SendAsync(HttpMethod.Post, "/v1/sessions/forwarded/port-forwards", new { guestPort = 4300 })).GetProperty("id").GetString();
        var opened = await NextAsync(messages, message => Forwards(message).Any(forward => forward.GetProperty("id").GetString() == id && forward.GetProperty("state").GetString() == "active"));
        await portal.Api.SendAsync(HttpMethod.Delete, $"/v1/sessions/forwarded/port-forwards/{id}");
        await NextAsync(messages, message => message.GetProperty("closedForwards").EnumerateArray().Any(forward => forward.GetProperty("id").GetString() == id));

        Assert.Equal(("local", "userspace relay"), (node.GetProperty("id").GetString(), node.GetProperty("forwarder").GetString()));
        Assert.False(opened.GetProperty("reset").GetBoolean());
    }

    [Fact]
    public async Task Hub_CarriesTheSameMessages_ToTheJavaScriptClient()
    {
        await portal.Api.RegisterSessionAsync("hubbed");
        await using var watcher = ChildProcess.Start(
            "node",
            ["watch-hub.mjs", new Uri(portal.Process.Portal, "/hubs/status").ToString(), PortalProcess.AdminApiKey],
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["NODE_EXTRA_CA_CERTS"] = portal.Process.AuthorityPath },
            Path.Combine(Repository.Root, "tests", "node"));
        var first = await watcher.LineAsync(line => line.StartsWith('{'), Patience);

        await portal.Api.ExposeAsync("hubbed", 4200);
        var opened = await watcher.LineAsync(line => line.Contains("\"port\":4200", StringComparison.Ordinal), Patience);
        await portal.Api.CloseAsync("hubbed", 4200);
        await watcher.LineAsync(line => line.Contains("\"closed\":[{", StringComparison.Ordinal) && line.Contains("4200", StringComparison.Ordinal), Patience);

        Assert.True(JsonElement.Parse(first).GetProperty("reset").GetBoolean());
        Assert.Equal("active", Ports(JsonElement.Parse(opened)).Single(port => port.GetProperty("port").GetInt32() == 4200).GetProperty("state").GetString());
    }

    private static JsonElement.ArrayEnumerator Ports(JsonElement message) => message.GetProperty("ports").EnumerateArray();

    private static JsonElement.ArrayEnumerator Forwards(JsonElement message) => message.GetProperty("forwards").EnumerateArray();

    private static async Task<JsonElement> NextAsync(IAsyncEnumerator<SseItem<string>> messages, Func<JsonElement, bool> fits)
    {
        while (await messages.MoveNextAsync())
        {
            if (JsonElement.Parse(messages.Current.Data) is var message && fits(message))
            {
                return message;
            }
        }

        throw new InvalidOperationException("The stream ended.");
    }
}
