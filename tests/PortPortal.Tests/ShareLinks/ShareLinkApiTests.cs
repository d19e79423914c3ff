using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.ShareLinks;

/// <summary>Making, listing, extending, revoking and drawing share links over the wire.</summary>
public sealed class ShareLinkApiTests : IAsyncLifetime
{
    private LinkPortal _world = null!;

    public async Task InitializeAsync() => _world = await LinkPortal.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Create_AnswersTheLink_WithWhatWasAskedFor()
    {
        var exposed = await _world.ExposeAsync();
        var link = await _world.CreateLinkAsync(exposed, new { ttlSeconds = 3600, label = "Design review", path = "/docs?x=1", maxUses = 5 });

        Assert.Equal("Design review", link.GetProperty("label").GetString());
        Assert.Equal("/docs?x=1", link.GetProperty("path").GetString());
        Assert.Equal((5, 0), (link.GetProperty("maxUses").GetInt32(), link.GetProperty("uses").GetInt32()));
        Assert.Equal(_world.Time.GetUtcNow().AddHours(1), link.GetProperty("expiresAt").GetDateTimeOffset(), TimeSpan.FromSeconds(1));
        Assert.EndsWith($"/share/{link.GetProperty("token").GetString()}", link.GetProperty("url").GetString(), StringComparison.Ordinal);
        Assert.Equal("active", link.GetProperty("state").GetString());
    }

    [Fact]
    public async Task Create_WithEverythingWrong_SaysAllOfIt()
    {
        var exposed = await _world.ExposeAsync();
        using var answer = await _world.Portal.Api.Http.PostAsJsonAsync(
            $"/v1/sessions/{exposed.Session}/ports/{_world.App.Port}/share-links",
            new { ttlSeconds = 299, label = new string('x', 101), path = "//evil.example", maxUses = 0, bearer = true, colour = "red" });

        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(
            ["bearer", "colour", "label", "maxUses", "path", "ttlSeconds"],
            problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()!).Order(StringComparer.Ordinal));
        Assert.Single(await LinksAsync(exposed));
    }

    [Theory]
    [InlineData(604_801)]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Life_OutsideFiveMinutesAndTheProfilesMaximum_IsRefused(int seconds)
    {
        var exposed = await _world.ExposeAsync();
        using var answer = await _world.Portal.Api.Http.PostAsJsonAsync($"/v1/sessions/{exposed.Session}/ports/{_world.App.Port}/share-links", new { ttlSeconds = seconds });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("300", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bearer_WhereTheProfileDoesNotAllowIt_IsForbidden()
    {
        var exposed = await _world.ExposeAsync();
        using var answer = await _world.Portal.Api.Http.PostAsJsonAsync($"/v1/sessions/{exposed.Session}/ports/{_world.App.Port}/share-links", new { bearer = true });

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains(RefusalCodes.PolicyForbids, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_Extends_AndAnEndedLinkStaysEnded()
    {
        var exposed = await _world.ExposeAsync();
        var link = await _world.CreateLinkAsync(exposed, new { ttlSeconds = 300 });
        var path = $"/v1/share-links/{link.GetProperty("id").GetString()}";
        var changed = await _world.Portal.Api.SendAsync(HttpMethod.Patch, path, new { ttlSeconds = 7200, label = "longer" });
        Assert.Equal(_world.Time.GetUtcNow().AddHours(2), changed.GetProperty("expiresAt").GetDateTimeOffset(), TimeSpan.FromSeconds(1));
        Assert.Equal("longer", changed.GetProperty("label").GetString());

        _world.Time.Advance(TimeSpan.FromHours(3));
        using var late = await _world.Portal.Api.Http.PatchAsJsonAsync(path, new { ttlSeconds = 7200 });
        Assert.Equal(HttpStatusCode.Forbidden, late.StatusCode);
        Assert.Contains(RefusalCodes.LinkExpired, await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_NeverOutlivesItsPort()
    {
        var session = (await _world.Portal.Api.RegisterSessionAsync("short")).GetProperty("id").GetString()!;
        var end = _world.Time.GetUtcNow().AddMinutes(30);
        await _world.Portal.Api.ExposeAsync(session, new { port = _world.App.Port, access = "public", expiresAt = end });
        var link = await _world.Portal.Api.SendAsync(HttpMethod.Post, $"/v1/sessions/{session}/ports/{_world.App.Port}/share-links", new { ttlSeconds = 86_400 });

        Assert.Equal(end, link.GetProperty("expiresAt").GetDateTimeOffset(), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Viewer_SeesTheFirstFourCharacters_AndChangesNothing()
    {
        var exposed = await _world.ExposeAsync();
        var link = await _world.CreateLinkAsync(exposed);
        var viewer = await KeyAsync("viewer");
        using var http = _world.Portal.Http.NewClient();
        http.BaseAddress = _world.Portal.Portal;
        http.DefaultRequestHeaders.Authorization = new("Bearer", viewer);
        var id = link.GetProperty("id").GetString();

        var seen = JsonElement.Parse(await http.GetStringAsync($"/v1/sessions/{exposed.Session}/ports/{_world.App.Port}/share-links"));
        Assert.All(seen.EnumerateArray(), one =>
        {
            Assert.Matches("^[a-z2-7]{4}…$", one.GetProperty("token").GetString());
            Assert.False(one.TryGetProperty("url", out _));
        });
        var session = await http.GetStringAsync($"/v1/sessions/{exposed.Session}");
        Assert.DoesNotContain("shareLink", session, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.DeleteAsync($"/v1/share-links/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.PatchAsJsonAsync($"/v1/share-links/{id}", new { label = "x" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync($"/v1/share-links/{id}/qr.png")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.DeleteAsync("/v1/share-links/nothing")).StatusCode);
    }

    [Theory]
    [InlineData("png")]
    [InlineData("svg")]
    public async Task Qr_ReadByAnotherDecoder_IsTheLink(string kind)
    {
        var exposed = await _world.ExposeAsync();
        var link = await _world.CreateLinkAsync(exposed);
        using var folder = new TempDirectory();
        var file = folder.File(kind == "png" ? "qr.png" : "qr.pgm");
        var path = $"/v1/share-links/{link.GetProperty("id").GetString()}/qr.{kind}";
        using var answer = await _world.Portal.Api.Http.GetAsync(path);
        Assert.Equal(kind == "png" ? "image/png" : "image/svg+xml", answer.Content.Headers.ContentType?.MediaType);
        await File.WriteAllBytesAsync(file, kind == "png" ? await answer.Content.ReadAsByteArrayAsync() : Drawn(await answer.Content.ReadAsStringAsync()));

        await using var zbar = ChildProcess.Start("zbarimg", ["--quiet", "--raw", file]);
        Assert.Equal(link.GetProperty("url").GetString(), await zbar.LineAsync(line => line.StartsWith("https://", StringComparison.Ordinal), TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task H1_Database_HoldsNoTokenInTheClear()
    {
        var exposed = await _world.ExposeAsync();
        var token = exposed.ShareLink.Segments[^1];
        var data = _world.Portal.Get<Engine.Data.DataDirectory>().Root;
        foreach (var file in Directory.GetFiles(data, "portportal.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            Assert.DoesNotContain(token, await reader.ReadToEndAsync(), StringComparison.Ordinal);
        }
    }

    /// <summary>The picture's modules as a grey map that the decoder reads, eight pixels each.</summary>
    private static byte[] Drawn(string svg)
    {
        const int scale = 8;
        var size = int.Parse(Regex.Match(svg, "viewBox=\"0 0 (\\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
        var pixels = Enumerable.Repeat((byte)255, size * scale * size * scale).ToArray();
        foreach (Match run in Regex.Matches(svg, @"M(\d+) (\d+)h(\d+)v1h-\d+z"))
        {
            var (x, y, length) = (Number(run, 1), Number(run, 2), Number(run, 3));
            for (var row = y * scale; row < (y + 1) * scale; row++)
            {
                pixels.AsSpan((row * size * scale) + (x * scale), length * scale).Clear();
            }
        }

        return [.. System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"P5 {size * scale} {size * scale} 255\n")), .. pixels];

        static int Number(Match run, int group) => int.Parse(run.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    private async Task<string> KeyAsync(string role)
    {
        var made = await _world.Portal.Api.SendAsync(HttpMethod.Post, "/v1/api-keys", new { name = string.Create(CultureInfo.InvariantCulture, $"{role} key"), role });
        return made.GetProperty("key").GetString()!;
    }

    private async Task<List<JsonElement>> LinksAsync(Exposed exposed) =>
        [.. (await _world.Portal.Api.SendAsync(HttpMethod.Get, $"/v1/sessions/{exposed.Session}/ports/{_world.App.Port}/share-links")).EnumerateArray()];
}
