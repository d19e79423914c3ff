using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace PortPortal.Tests.Api;

/// <summary>Keys made, used and revoked over the wire.</summary>
[Collection(PortalDefinition.Name)]
public sealed class ApiKeyApiTests(RunningPortal portal)
{
    [Fact]
    public async Task Key_IsShownOnce_WorksWithItsRole_AndEndsAtOnce()
    {
        var made = await portal.Api.SendAsync(HttpMethod.Post, "/v1/api-keys", new { name = "looker", role = "viewer" });
        var (id, text) = (made.GetProperty("id").GetString()!, made.GetProperty("key").GetString()!);
        using var looker = portal.Process.Http.NewClient();
        looker.BaseAddress = portal.Process.Portal;
        looker.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", text);

        using var look = await looker.GetAsync("/v1/sessions");
        using var change = await looker.PostAsJsonAsync("/v1/sessions/this-machine/ports", new { port = 3999 });
        var listed = (await portal.Api.SendAsync(HttpMethod.Get, "/v1/api-keys")).EnumerateArray().Single(key => key.GetProperty("id").GetString() == id);
        await portal.Api.SendAsync(HttpMethod.Delete, $"/v1/api-keys/{id}");
        using var after = await looker.GetAsync("/v1/sessions");

        Assert.Equal(HttpStatusCode.OK, look.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, change.StatusCode);
        Assert.Equal("not_allowed", JsonElement.Parse(await change.Content.ReadAsStringAsync()).GetProperty("code").GetString());
        Assert.False(listed.TryGetProperty("key", out _));
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }
}
