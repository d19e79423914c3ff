using System.Net;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Forwarding.Nftables;

namespace PortPortal.Tests.Forwarding.Nftables;

/// <summary>Plan in, script out: one file in <c>Golden</c> for each case.</summary>
/// <remarks>To accept what is written now, run the tests with <c>ACCEPT_GOLDEN=1</c> and read the difference.</remarks>
public sealed class NftablesScriptTests
{
    private static readonly IPNetwork[] Connected = [IPNetwork.Parse("10.77.0.0/24"), IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("fd77::/64")];

    private static readonly PlannedForward Web = new() { Mark = 1, PublicPort = 20001, Target = IPEndPoint.Parse("10.77.0.2:3000") };

    public static TheoryData<string> Cases => [.. Plans.Keys];

    private static Dictionary<string, PlannedForward[]> Plans => new(StringComparer.Ordinal)
    {
        ["nothing"] = [],
        ["one-ipv4"] = [Web],
        ["one-ipv6"] = [Web with { Target = IPEndPoint.Parse("[fd77::2]:3000") }],
        ["two-guests"] = [Web, Web with { Mark = 0xABCDEF, PublicPort = 32767, Target = IPEndPoint.Parse("10.77.0.3:3000") }],
        ["guest-in-no-network-of-ours"] = [Web with { Target = IPEndPoint.Parse("172.16.9.9:22000") }],
        ["only-some-sources"] =
        [
            Web with { Sources = [IPNetwork.Parse("198.51.100.0/24"), IPNetwork.Parse("198.51.100.7/32"), IPNetwork.Parse("203.0.113.9/32"), IPNetwork.Parse("2001:db8::/32")] },
        ],
        ["everybody-by-name"] = [Web with { Sources = [IPNetwork.Parse("0.0.0.0/0"), IPNetwork.Parse("::/0")] }],
        ["after-a-knock"] = [Web with { KnockRequired = true }],
        ["on-the-tunnel-only"] = [Web with { Interface = "wg0" }],
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Render_Plan_IsTheGoldenText(string name)
    {
        var script = NftablesScript.Render(new ForwardPlan(Plans[name]).Sound.Values.SelectMany(f => NftElements.Of(f, Connected)));
        var path = Repository.PathOf("tests", "PortPortal.Tests", "Forwarding", "Golden", name + ".nft");
        if (Environment.GetEnvironmentVariable("ACCEPT_GOLDEN") is "1")
        {
            File.WriteAllText(path, script);
        }

        Assert.Equal(File.ReadAllText(path), script);
    }

    [Fact]
    public void Golden_HasNoCaseThatNobodyRenders()
    {
        var files = Directory.GetFiles(Repository.PathOf("tests", "PortPortal.Tests", "Forwarding", "Golden"), "*.nft").Select(Path.GetFileNameWithoutExtension);

        Assert.Equal(Plans.Keys.Order(StringComparer.Ordinal), files.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("wg0\" ; flush ruleset")]
    [InlineData("wg0 }")]
    [InlineData("wg0\n")]
    [InlineData("interface-with-a-long-name")]
    [InlineData("")]
    public void Plan_InterfaceThatIsNoName_NeverGetsIntoTheScript(string name) => Assert.Empty(new ForwardPlan([Web with { Interface = name }]).Sound);
}
