using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace PortPortal.Tests.Api;

/// <summary>People invited, changed and removed over the wire.</summary>
[Collection(PortalDefinition.Name)]
public sealed class UserApiTests(RunningPortal portal)
{
    [Fact]
    public async Task User_FromInvitationToRemoval()
    {
        var invited = await portal.Api.SendAsync(HttpMethod.Post, "/v1/users", new { name = "Otto", email = "otto@example.com", role = "viewer" });
        var id = invited.GetProperty("id").GetString();
        var changed = await portal.Api.SendAsync(HttpMethod.Put, $"/v1/users/{id}", new { role = "member", disabled = true });
        var again = await portal.Api.SendAsync(HttpMethod.Put, $"/v1/users/{id}", new { disabled = false });
        var link = await portal.Api.SendAsync(HttpMethod.Post, $"/v1/users/{id}/link");
        var listed = await portal.Api.SendAsync(HttpMethod.Get, $"/v1/users/{id}");
        await portal.Api.SendAsync(HttpMethod.Delete, $"/v1/users/{id}");
        using var gone = await portal.Api.Http.GetAsync($"/v1/users/{id}");

        Assert.Equal(("viewer", true), (invited.GetProperty("role").GetString(), invited.GetProperty("invited").GetBoolean()));
        Assert.Equal(("member", true), (changed.GetProperty("role").GetString(), changed.GetProperty("disabled").GetBoolean()));
        Assert.False(again.GetProperty("disabled").GetBoolean());
        Assert.NotEqual(invited.GetProperty("invitationUrl").GetString(), link.GetProperty("invitationUrl").GetString());
        Assert.False(listed.TryGetProperty("invitationUrl", out _));
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task User_InvitedWrongly_NamesEveryFault()
    {
        using var response = await portal.Api.Http.PostAsJsonAsync("/v1/users", new { name = 3, email = "nobody", role = "king", sudo = true });
        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(["email", "name", "role", "sudo"], problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()).Order());
    }

    [Fact]
    public async Task Key_Rotated_WorksBesideTheOldOneForADay()
    {
        var old = await portal.Api.SendAsync(HttpMethod.Post, "/v1/api-keys", new { name = "spun", role = "viewer" });
        var made = await portal.Api.SendAsync(HttpMethod.Post, $"/v1/api-keys/{old.GetProperty("id").GetString()}/rotate");
        var keys = await portal.Api.SendAsync(HttpMethod.Get, "/v1/api-keys");
        var before = keys.EnumerateArray().Single(key => key.GetProperty("id").GetString() == old.GetProperty("id").GetString());

        foreach (var key in new[] { old, made })
        {
            using var client = portal.Client(key.GetProperty("key").GetString()!);
            using var response = await client.GetAsync("/v1/sessions");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.InRange(before.GetProperty("expiresAt").GetDateTimeOffset() - TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(23), TimeSpan.FromHours(24));
        Assert.Equal("viewer", made.GetProperty("role").GetString());
        Assert.False(made.TryGetProperty("expiresAt", out _));
    }
}
