using System.Text.Json;
using PortPortal.Sdk;
using PortPortal.Tests.Sdk;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Cli;

/// <summary>Links, preview URLs, forwards and visitors from the terminal and the client.</summary>
[Collection(SdkPortalDefinition.Name)]
public sealed class LinkCommandTests(SdkPortal portal) : IDisposable
{
    private readonly CommandHome _home = new(portal);

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task P29_Share_OfAPort_PrintsALinkThatIsListedExtendedAndRevoked()
    {
        await portal.App.Api.RegisterSessionAsync(new { name = "linked", address = "127.0.4.1" });
        await portal.App.Api.ExposeAsync("linked", new { port = 3000, name = "web" });

        var shared = await _home.RunAsync("share", "linked:web", "--ttl", "2h", "--label", "for Ada", "--max-uses", "3");
        var drawn = await _home.RunAsync("share", "linked:3000", "--qr");
        var link = JsonElement.Parse((await _home.RunAsync("links", "--json")).Out).EnumerateArray().Single(one => one.TryGetProperty("label", out var label) && label.GetString() == "for Ada");
        var id = link.GetProperty("id").GetString()!;
        var extended = await _home.RunAsync("links", "extend", id, "--ttl", "3h");
        var revoked = await _home.RunAsync("links", "revoke", id);
        var list = await _home.RunAsync("links");

        Assert.Matches($"^https://localhost:{portal.App.Port}/share/[a-z0-9]+$", shared.Out.Trim());
        Assert.Equal(shared.Out.Trim(), link.GetProperty("url").GetString());
        Assert.Contains("█", drawn.Out, StringComparison.Ordinal);
        Assert.Equal((0, 0), (extended.ExitCode, revoked.ExitCode));
        Assert.Contains(list.Out.Split('\n'), line => line.StartsWith(id, StringComparison.Ordinal) && line.Contains("revoked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task S36_PreviewUrl_OfAPort_IsPrintedWithItsEndAside()
    {
        await portal.App.Api.RegisterSessionAsync(new { name = "previewed", address = "127.0.4.2" });
        await portal.App.Api.ExposeAsync("previewed", new { port = 3000 });

        var preview = await _home.RunAsync("preview-url", "previewed", "3000", "--ttl", "1h");

        Assert.Equal(0, preview.ExitCode);
        Assert.Matches($@"^https://[a-z2-7]{{1,63}}\.preview\.localhost:{portal.App.Port}/?$", preview.Out.Trim());
        Assert.Matches(@"^expires \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", preview.Aside.Trim());
    }

    [Fact]
    public async Task S19_SignedPreviewUrl_OfThePage_HasUrlTokenAndEnd()
    {
        using var client = portal.NewClient();
        var session = client.Session((await client.CreateSessionAsync(new NewSession { Address = "127.0.4.3" })).Id);
        await session.ExposeAsync(3000);

        var link = await session.SignedPreviewUrlAsync(3000, TimeSpan.FromHours(1));

        Assert.StartsWith($"https://{link.Token}.preview.localhost", link.Url.ToString(), StringComparison.Ordinal);
        Assert.Equal((session.IdOrName, 3000), (link.SandboxId, link.Port));
        Assert.Equal(TimeProvider.System.GetUtcNow().AddHours(1).UtcDateTime, link.ExpiresAt.ToUniversalTime(), TimeSpan.FromMinutes(1));
        Assert.Single(await session.ListPreviewLinksAsync(3000));
        await session.RevokePreviewLinksAsync(3000);
    }

    [Fact]
    public async Task ShareLink_OfTheClient_IsDrawnAsSvgAndPng()
    {
        using var client = portal.NewClient();
        var session = client.Session((await client.CreateSessionAsync(new NewSession { Address = "127.0.4.4" })).Id);
        await session.ExposeAsync(3000);

        var link = await session.ShareAsync(3000, new NewShareLink { TtlSeconds = 3600, Path = "/docs" });

        Assert.Contains(await session.ListShareLinksAsync(3000), one => one.Id == link.Id);
        Assert.Contains("<svg", await client.ShareLinkQrSvgAsync(link.Id), StringComparison.Ordinal);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], (await client.ShareLinkQrPngAsync(link.Id))[..4]);
    }
}
