using System.Net;
using System.Text.RegularExpressions;
using PortPortal.Engine.Forwarding;

namespace PortPortal.SystemTests.Forwarding;

/// <summary>The text that people read, the script and the single changes all mean the same table.</summary>
public sealed partial class NftablesTableTests(LabFixture fixture) : NftablesTests(fixture), IClassFixture<LabFixture>
{
    [SystemFact("nft")]
    public async Task GoldenTexts_AreAcceptedByTheKernel()
    {
        var files = Directory.GetFiles(Repository.PathOf("tests", "PortPortal.Tests", "Forwarding", "Golden"), "*.nft");

        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            await Lab.Host.RunAsync($"nft -c -f '{file}'");
        }
    }

    [SystemFact("nft")]
    public async Task SingleChanges_MakeTheSameTableAsTheWholeScript()
    {
        PlannedForward[] plan =
        [
            Other,
            Forward("six", address: ForwardingLab.GuestAddress6).Forward,
            Forward("sources").Forward with { Sources = [IPNetwork.Parse("198.51.100.0/24"), IPNetwork.Parse("0.0.0.0/1"), IPNetwork.Parse("2001:db8::/33"), IPNetwork.Parse("203.0.113.9/32")] },
            Forward("knock").Forward with { KnockRequired = true },
            Forward("tunnel").Forward with { Interface = "up0" },
            Other with { Mark = 77, PublicPort = NftablesWorld.NextPort(), Target = IPEndPoint.Parse("172.16.9.9:22000") },
        ];
        await ApplyAsync(Other);
        await ApplyAsync([.. plan]);
        var byChanges = await ListAsync();

        await Fixture.RestartForwarderAsync();
        var report = await ApplyAsync([.. plan]);
        var byScript = await ListAsync();

        Assert.Empty(report.Mended);
        Assert.Equal(byScript, byChanges);
        Assert.Contains("198.51.100.0/24", byScript, StringComparison.Ordinal);
        await ApplyAsync();
        Assert.DoesNotContain("elements", await ListAsync(), StringComparison.Ordinal);
    }

    /// <summary>The table without its counters, elements in order.</summary>
    private async Task<string> ListAsync()
    {
        var text = Counters().Replace(await Lab.Host.RunAsync("nft list table inet portportal"), "");
        return Elements().Replace(text, match => string.Join(", ", match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal)));
    }

    [GeneratedRegex(" counter packets [0-9]+ bytes [0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex Counters();

    [GeneratedRegex("elements = \\{([^}]*)\\}", RegexOptions.NonBacktracking)]
    private static partial Regex Elements();
}
