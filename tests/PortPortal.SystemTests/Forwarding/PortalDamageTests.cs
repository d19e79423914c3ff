using System.Text.Json;

namespace PortPortal.SystemTests.Forwarding;

/// <summary>Somebody changes the kernel's table under the running program: it is found, mended, counted and told.</summary>
public sealed class PortalDamageTests(PortalLab lab) : IClassFixture<PortalLab>, IAsyncLifetime
{
    private static readonly TimeSpan MendedWithin = TimeSpan.FromSeconds(30);

    public Task InitializeAsync() => lab.StartAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [SystemFact("nft")]
    public async Task R25_EveryKindOfDamage_IsMendedCountedAndShown()
    {
        var (_, forward) = await lab.OpenToAppAsync("web");
        await lab.OpenToAppAsync("other");
        lab.Lab.StartApp(lab.Lab.Sibling, "elsewhere", "10.77.0.3", out var elsewhere);
        var port = PortalLab.PortOf(forward);
        await using var flow = await lab.VisitAsync(forward);

        await MendedAsync("nft flush ruleset", "missing", null);
        Assert.True(await flow!.EchoAsync(), "An open flow outlives a flush.");
        await MendedAsync($"nft 'delete element inet portportal forward4 {{ {port} }}'", "missing", port);
        await MendedAsync($"nft 'add element inet portportal marks {{ 32000 : 0x50abcdef }}; add element inet portportal forward4 {{ 32000 : 10.77.0.3 . {elsewhere.Port} }}'", "leftOver", 32000);
        await MendedAsync($"nft 'delete element inet portportal forward4 {{ {port} }}; add element inet portportal forward4 {{ {port} : 10.77.0.3 . {elsewhere.Port} }}'", "changed", port);

        Assert.Equal("web", await PortalLab.ReachAsync(lab.Lab.Visitor, ForwardingLab.HostAddress, port));
        Assert.Null(await PortalLab.ReachAsync(lab.Lab.Visitor, ForwardingLab.HostAddress, 32000));
        var node = await lab.NodeAsync();
        Assert.Equal((2, 2, 0), (node.GetProperty("wanted").GetInt32(), node.GetProperty("found").GetInt32(), node.GetProperty("differences").GetArrayLength()));
    }

    /// <summary>Does the damage, and waits until the API counts it as mended.</summary>
    private async Task MendedAsync(string command, string kind, int? port)
    {
        var before = (await lab.NodeAsync()).GetProperty("mended").GetInt64();
        await lab.Lab.Host.RunAsync(command);
        JsonElement node = default;
        await Eventually.TrueAsync(
            async () =>
            {
                node = await lab.NodeAsync();
                return node.GetProperty("mended").GetInt64() > before;
            },
            $"`{command}` is mended",
            MendedWithin);

        var difference = node.GetProperty("lastMended")[0];
        Assert.Equal(kind, difference.GetProperty("kind").GetString());
        Assert.Equal(port, difference.TryGetProperty("hostPort", out var found) ? found.GetInt32() : null);
    }
}
