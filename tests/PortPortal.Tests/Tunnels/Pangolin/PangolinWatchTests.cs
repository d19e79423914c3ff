using PortPortal.Engine.Exposures.Pangolin;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Tunnels.Pangolin;

/// <summary>The whole program with a Pangolin beside it.</summary>
public sealed class PangolinWatchTests : IAsyncLifetime
{
    private PangolinServer _server = null!;

    public async Task InitializeAsync() => _server = await PangolinServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task P15_DeclaredPorts_AreReachedThroughPangolinWithoutAnotherCall()
    {
        await using var portal = await PortalApp.StartAsync(Settings());

        var session = await portal.Api.RegisterSessionAsync(new
        {
            name = "shop",
            address = "10.1.2.3",
            network = new { expose = new object[] { new { port = 3000, access = "pin" }, new { port = 5432, access = "public" } } },
        });

        var id = session.GetProperty("id").GetString();
        await Eventually.TrueAsync(() => _server.Rows.Values.Count(row => row.Targets.Count == 1) == 2, "both ports are there");
        var rows = _server.Rows.Values.OrderBy(row => row.FullDomain, StringComparer.Ordinal).ToList();
        Assert.Equal([$"{id}-3000.{PangolinServer.Domain}", $"{id}-5432.{PangolinServer.Domain}"], rows.Select(row => row.FullDomain));
        Assert.Equal([("10.1.2.3", 3000), ("10.1.2.3", 5432)], rows.Select(row => (row.Targets[0].Host, row.Targets[0].Port)));
        Assert.Equal((6, false), (rows[0].Pin!.Length, rows[0].Sso));

        await Eventually.TrueAsync(() => portal.Get<Engine.Exposures.ExposureFeed>().Items.Values.All(exposure => exposure.PangolinUrl is not null), "the portal knows both addresses");

        await portal.Api.CloseAsync("shop", 3000);
        await Eventually.TrueAsync(() => _server.Rows.Count == 1, "the closed port is gone there, too");
    }

    [Fact]
    public async Task P14_TwoSessionsWithTheSamePort_HaveTwoNames()
    {
        await using var portal = await PortalApp.StartAsync(Settings());
        foreach (var name in new[] { "one", "two" })
        {
            await portal.Api.RegisterSessionAsync(new { name, address = "10.1.2.3" });
            await portal.Api.ExposeAsync(name, 3000);
        }

        await Eventually.TrueAsync(() => _server.Rows.Values.Select(row => row.FullDomain).Distinct(StringComparer.Ordinal).Count() == 2, "both are there");
    }

    [Fact]
    public async Task P38_MissingVariable_LeavesTheSessionAndSaysWhatIsMissing()
    {
        var settings = Settings();
        settings["Pangolin:ApiKey"] = "";
        await using var portal = await PortalApp.StartAsync(settings);

        await portal.Api.RegisterSessionAsync(new { name = "shop", address = "10.1.2.3" });
        await portal.Api.ExposeAsync("shop", 3000);

        Assert.Contains("PANGOLIN_API_KEY is missing.", portal.Get<PangolinWatch>().Problem, StringComparison.Ordinal);
        Assert.Empty(_server.Calls);
    }

    [Fact]
    public async Task Rule_ThatPangolinCannotExpress_KeepsThePortFromIt()
    {
        await using var portal = await PortalApp.StartAsync(Settings());
        await portal.Api.RegisterSessionAsync(new { name = "shop", address = "10.1.2.3" });
        await portal.Api.ExposeAsync("shop", new { port = 3000, access = "email", allowedEmails = Only("*@*.example.com") });
        await portal.Api.ExposeAsync("shop", new { port = 3001, access = "email", allowedEmails = Only("*@example.com") });

        await Eventually.TrueAsync(() => !_server.Rows.IsEmpty && _server.Rows.Values.All(row => row.Targets.Count == 1), "the other port is there");

        Assert.EndsWith($"-3001.{PangolinServer.Domain}", Assert.Single(_server.Rows.Values).FullDomain, StringComparison.Ordinal);
        await Eventually.TrueAsync(
            () => portal.Get<Engine.Exposures.ExposureFeed>().Items.Values.Single(exposure => exposure.Port == 3000).PangolinProblem?.Contains("cannot express", StringComparison.Ordinal) is true,
            "the port says why");
    }

    private static string[] Only(string rule) => [rule];

    private Dictionary<string, string?> Settings() => new()
    {
        ["Nodes:WireGuard"] = "Off",
        ["Pangolin:ApiUrl"] = _server.Url.AbsoluteUri,
        ["Pangolin:OrgId"] = PangolinServer.Org,
        ["Pangolin:SiteId"] = "7",
        ["Pangolin:BaseDomain"] = PangolinServer.Domain,
        ["Pangolin:ApiKey"] = PangolinServer.Key,
    };
}
