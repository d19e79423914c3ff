using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Api;

/// <summary>Every call of the API that changes something, with a viewer's key or none: rights are judged before the body.</summary>
public sealed partial class ViewerApiTests
{
    /// <summary>What a viewer may do: look after their own keys, and what a node proves by its own token.</summary>
    private static readonly string[] TheirOwn = ["/v1/api-keys", "/v1/nodes/join"];

    /// <summary>What members look at and admins change.</summary>
    private static readonly string[] OfAdmins = ["/v1/allow-lists", "/v1/nodes", "/v1/policy", "/v1/profiles", "/v1/users"];

    /// <summary>Nothing, what no call takes, what is no JSON, and what does not even say so.</summary>
    private static readonly (string Type, string Text)[] Bodies = [("application/json", "{}"), ("application/json", """{"port":"many","name":5,"nonsense":true}"""), ("application/json", "{"), ("text/plain", "hello")];

    private static readonly string[] Moving = ["health", "listening", "lastSeenAt", "traffic", "connections"];

    [Fact]
    public async Task EveryCallThatChanges_OfAViewerOrStranger_IsRefused_WhateverItsBodySays()
    {
        await using var portal = await PortalApp.StartAsync();
        var session = (await portal.Api.RegisterSessionAsync("shop")).GetProperty("id").GetString()!;
        await portal.Api.ExposeAsync("shop", 4000, "pin");
        var forward = (await portal.Api.SendAsync(HttpMethod.Post, "/v1/sessions/shop/port-forwards", new { guestPort = 5432 })).GetProperty("id").GetString()!;
        var link = (await portal.Api.SendAsync(HttpMethod.Post, "/v1/sessions/shop/ports/4000/share-links", new { })).GetProperty("id").GetString()!;
        await portal.Api.SendAsync(HttpMethod.Post, "/v1/allow-lists", new { name = "friends", entries = new[] { new { rule = "*@studio.example" } } });
        var user = (await portal.Api.SendAsync(HttpMethod.Post, "/v1/users", new { name = "Otto", email = "otto@example.com" })).GetProperty("id").GetString()!;
        var key = (await portal.Api.SendAsync(HttpMethod.Post, "/v1/api-keys", new { name = "viewer", role = "viewer" })).GetProperty("key").GetString()!;
        using var client = portal.Http.NewClient();
        client.BaseAddress = portal.Portal;
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        using var stranger = portal.Http.NewClient();
        stranger.BaseAddress = portal.Portal;
        using var member = new PortalApi(portal.Http.NewClient(), portal.Portal, (await portal.Api.SendAsync(HttpMethod.Post, "/v1/api-keys", new { name = "member", role = "member" })).GetProperty("key").GetString()!);
        var before = await EverythingAsync(portal);

        var wrong = new List<string>();
        var calls = Calls(portal).ToList();
        foreach (var (method, pattern) in calls)
        {
            var path = Parameter().Replace(pattern, match => (match.Groups["name"].Value, pattern) switch
            {
                ("session" or "instance" or "sandbox", _) => session,
                ("port", _) => "4000",
                (_, var of) when of.Contains("port-forwards", StringComparison.Ordinal) => forward,
                (_, var of) when of.Contains("share-links", StringComparison.Ordinal) => link,
                (_, var of) when of.Contains("allow-lists", StringComparison.Ordinal) => "friends",
                (_, var of) when of.Contains("users", StringComparison.Ordinal) => user,
                (_, var of) when of.Contains("profiles", StringComparison.Ordinal) => "default",
                _ => "nothing",
            });
            foreach (var body in Bodies)
            {
                wrong.AddRange(await UnlessAsync(HttpStatusCode.Forbidden, client, method, path, body));
                wrong.AddRange(await UnlessAsync(HttpStatusCode.Unauthorized, stranger, method, path, body));
                wrong.AddRange(IsOfAdmins(pattern) ? await UnlessAsync(HttpStatusCode.Forbidden, member.Http, method, path, body) : []);
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(calls.Count > 30, $"{calls.Count} calls");
        Assert.Equal(before, await EverythingAsync(portal));
    }

    private static bool IsOfAdmins(string pattern) => pattern != "/v1/allow-lists/test" && OfAdmins.Any(start => pattern.StartsWith(start, StringComparison.Ordinal));

    private static async Task<IEnumerable<string>> UnlessAsync(HttpStatusCode expected, HttpClient client, HttpMethod method, string path, (string Type, string Text) body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body.Text, Encoding.UTF8, body.Type) };
        using var answer = await client.SendAsync(request);
        return answer.StatusCode == expected ? [] : [$"{method} {path} with {body.Text}: {(int)answer.StatusCode} where {(int)expected} was expected. {await answer.Content.ReadAsStringAsync()}"];
    }

    private static IEnumerable<(HttpMethod Method, string Pattern)> Calls(PortalApp portal) =>
        from endpoint in portal.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        let pattern = "/" + endpoint.RoutePattern.RawText!.TrimStart('/')
        where (pattern.StartsWith("/v1/", StringComparison.Ordinal) || pattern.StartsWith("/instances/", StringComparison.Ordinal)) && !TheirOwn.Any(own => pattern.StartsWith(own, StringComparison.Ordinal))
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
        where method is "POST" or "PUT" or "PATCH" or "DELETE"
        select (HttpMethod.Parse(method), pattern);

    private static async Task<string> EverythingAsync(PortalApp portal)
    {
        var answers = new List<string>();
        foreach (var path in new[] { "/v1/sessions/shop", "/v1/sessions/shop/port-forwards", "/v1/share-links", "/v1/allow-lists", "/v1/users", "/v1/profiles", "/v1/policy" })
        {
            answers.Add(WithoutWhatMoves(JsonNode.Parse((await portal.Api.SendAsync(HttpMethod.Get, path)).GetRawText()))!.ToJsonString());
        }

        return string.Join('\n', answers);
    }

    /// <summary>What looking at things changes by itself is left out.</summary>
    private static JsonNode? WithoutWhatMoves(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject item:
                Array.ForEach(Moving, name => item.Remove(name));
                item.ToList().ForEach(member => WithoutWhatMoves(member.Value));
                break;
            case JsonArray items:
                items.ToList().ForEach(one => WithoutWhatMoves(one));
                break;
        }

        return node;
    }

    [GeneratedRegex("\\{(?<name>[a-zA-Z]+)[^}]*\\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameter();
}
