using System.Net;
using PortPortal.Engine.Forwarding;

namespace PortPortal.Tests.Forwarding;

public sealed class NetworksTests
{
    [Theory]
    [InlineData("10.0.0.0/8 10.1.0.0/16 192.0.2.0/24", "10.0.0.0/8 192.0.2.0/24")]
    [InlineData("192.0.2.7/32 192.0.2.7/32", "192.0.2.7/32")]
    [InlineData("::/0 0.0.0.0/0 10.0.0.0/8 fd00::/8", "0.0.0.0/0 ::/0")]
    [InlineData("10.0.0.0/25 10.0.0.128/25", "10.0.0.0/25 10.0.0.128/25")]
    [InlineData("", "")]
    public void WithoutNested_KeepsTheWidest(string networks, string expected) => Assert.Equal(Parse(expected), Networks.WithoutNested(Parse(networks)));

    private static List<IPNetwork> Parse(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPNetwork.Parse)];
}
