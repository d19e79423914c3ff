using System.Net;
using System.Text.Json;
using PortPortal.Engine.Sessions.Containers;

namespace PortPortal.Tests.Sessions.Containers;

public sealed class ContainerReadingTests
{
    /// <summary>As Podman 4.3.1 answers, shortened.</summary>
    private const string Podman =
        """
        {"Id":"08263ab62228","Created":"2026-11-22T05:21:33.577402004Z","Name":"/shop",
         "State":{"Status":"running","Running":true,"Paused":false,"Pid":6551,"ExitCode":0,"StartedAt":"2026-11-22T05:21:34.976278583Z","Health":{"Status":"","FailingStreak":0,"Log":null}},
         "Image":"sha256:244f","HostConfig":{"NetworkMode":"bridge"},
         "Config":{"Image":"localhost/tiny:1","Labels":{"portportal.expose":"3000:web:sso","portportal.name":"shop"}},
         "NetworkSettings":{"SandboxKey":"/run/netns/netns-e1f8","IPAddress":"10.88.0.3",
           "Ports":{"3000/tcp":[{"HostIp":"127.0.0.1","HostPort":"18080"},{"HostIp":"","HostPort":"18081"}],"53/udp":[{"HostIp":"","HostPort":"53"}],"9000/tcp":null},
           "Networks":{"podman":{"IPAMConfig":null,"Gateway":"10.88.0.1","IPAddress":"10.88.0.3","GlobalIPv6Address":""}}}}
        """;

    [Fact]
    public void ToSighting_RunningContainer_HasAddressPidAndLabels()
    {
        var seen = Read(Podman);

        Assert.Equal(("08263ab62228", "shop", "localhost/tiny:1"), (seen.Id, seen.Name, seen.Image));
        Assert.Equal((ContainerState.Running, 6551), (seen.State, seen.Pid));
        Assert.Equal(IPAddress.Parse("10.88.0.3"), seen.Address);
        Assert.Equal([new(3000, new(IPAddress.Loopback, 18080)), new(3000, new(IPAddress.Loopback, 18081))], seen.Published);
        Assert.Equal(new ContainerLabels("shop", [new(3000, "web", "sso")], []), seen.Labels);
        Assert.Equal(seen, Read(Podman));
    }

    [Theory]
    [InlineData("created", ContainerState.Starting)]
    [InlineData("configured", ContainerState.Starting)]
    [InlineData("initialized", ContainerState.Starting)]
    [InlineData("restarting", ContainerState.Starting)]
    [InlineData("running", ContainerState.Running)]
    [InlineData("stopping", ContainerState.Running)]
    [InlineData("paused", ContainerState.Paused)]
    [InlineData("exited", ContainerState.Exited)]
    [InlineData("stopped", ContainerState.Exited)]
    [InlineData("dead", ContainerState.Exited)]
    [InlineData("removing", ContainerState.Exited)]
    [InlineData("a word of tomorrow", ContainerState.Exited)]
    public void ToSighting_EnginesWord_BecomesOneOfOurs(string word, ContainerState expected)
    {
        var seen = Read(Podman.Replace("\"running\"", $"\"{word}\"", StringComparison.Ordinal));

        Assert.Equal(expected, seen.State);
        Assert.Equal(expected is ContainerState.Running or ContainerState.Paused, seen.Pid is not null && seen.Address is not null);
    }

    [Fact]
    public void ToSighting_HostNetwork_HasNoAddressOfItsOwn()
    {
        var seen = Read(Podman.Replace("\"bridge\"", "\"host\"", StringComparison.Ordinal));

        Assert.True(seen.UsesHostNetwork);
        Assert.Null(seen.Address);
    }

    [Fact]
    public void ToSighting_SeveralNetworks_TakesTheFirstByName()
    {
        var seen = Read(
            """{"Id":"a","State":{"Status":"running","Pid":1},"NetworkSettings":{"Networks":{"z":{"IPAddress":"10.0.0.9"},"b":{"IPAddress":"10.0.0.2"},"a":{"IPAddress":""}}}}""");

        Assert.Equal(IPAddress.Parse("10.0.0.2"), seen.Address);
    }

    [Fact]
    public void ToSighting_Ipv6Network_IsTakenWhereThereIsNoIpv4() =>
        Assert.Equal(
            IPAddress.Parse("fd00::9"),
            Read("""{"Id":"a","State":{"Status":"running","Pid":1},"NetworkSettings":{"Networks":{"b":{"IPAddress":"","GlobalIPv6Address":"fd00::9"}}}}""").Address);

    [Fact]
    public void ToSighting_AlmostNothing_IsStillAContainer()
    {
        var seen = Read("""{"Id":"a","State":{"Status":"exited"},"Config":{"Labels":null},"NetworkSettings":{"Networks":null,"Ports":null}}""");

        Assert.Equal((ContainerState.Exited, null, null), (seen.State, seen.Address, seen.Pid));
        Assert.Empty(seen.Published);
    }

    [Fact]
    public void H8_HostileName_IsCleaned() => Assert.Equal("evil [31m txt", Read("""{"Id":"a","Name":"/evil\u001b[31m\u202etxt","State":{"Status":"exited"}}""").Name);

    [Theory]
    [InlineData("""{"Type":"container","Action":"start","Actor":{"ID":"a"}}""", "a")]
    [InlineData("""{"Type":"container","Action":"remove","Actor":{"ID":"a"}}""", "a")]
    [InlineData("""{"Type":"container","Action":"destroy","Actor":{"ID":"a"}}""", "a")]
    [InlineData("""{"Type":"network","Action":"connect","Actor":{"ID":"n","Attributes":{"container":"a","name":"bridge"}}}""", "a")]
    [InlineData("""{"Type":"network","Action":"create","Actor":{"ID":"n","Attributes":{"name":"bridge"}}}""", null)]
    [InlineData("""{"Type":"container","Action":"exec_create: ls","Actor":{"ID":"a"}}""", null)]
    [InlineData("""{"Type":"container","Action":"health_status: healthy","Actor":{"ID":"a"}}""", null)]
    [InlineData("""{"Type":"container","Action":"top","Actor":{"ID":"a"}}""", null)]
    [InlineData("""{}""", null)]
    public void Subject_Event_IsTheContainerToLookAtAgain(string json, string? expected) =>
        Assert.Equal(expected, JsonSerializer.Deserialize(json, ContainerJsonContext.Default.Event)?.Subject());

    private static ContainerSighting Read(string json) => JsonSerializer.Deserialize(json, ContainerJsonContext.Default.Inspected)!.ToSighting();
}
