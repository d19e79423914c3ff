using PortPortal.Engine.Sessions.Containers;

namespace PortPortal.Tests.Sessions.Containers;

public sealed class ContainerSocketTests
{
    [Theory]
    [InlineData("auto", "", "/run/podman/podman.sock", "/run/podman/podman.sock")]
    [InlineData("auto", "", "/var/run/docker.sock /run/podman/podman.sock", "/var/run/docker.sock")]
    [InlineData("auto", "unix:///tmp/mine.sock", "/var/run/docker.sock /tmp/mine.sock", "/tmp/mine.sock")]
    [InlineData("auto", "unix:///tmp/gone.sock", "/var/run/docker.sock", "/var/run/docker.sock")]
    [InlineData("auto", "tcp://10.0.0.1:2375", "/var/run/docker.sock", "/var/run/docker.sock")]
    [InlineData("auto", "", "/run/user/7/podman/podman.sock", "/run/user/7/podman/podman.sock")]
    [InlineData("auto", "", "", null)]
    [InlineData("none", "unix:///var/run/docker.sock", "/var/run/docker.sock", null)]
    [InlineData("/tmp/given.sock", "", "/var/run/docker.sock", "/tmp/given.sock")]
    [InlineData("unix:///tmp/given.sock", "", "", "/tmp/given.sock")]
    public void Find_Setting_PicksTheSocket(string setting, string dockerHost, string existing, string? expected)
    {
        string? Environment(string name) => name switch
        {
            "DOCKER_HOST" => dockerHost,
            "XDG_RUNTIME_DIR" => "/run/user/7",
            _ => null,
        };

        Assert.Equal(expected, ContainerSocket.Find(setting, Environment, existing.Split(' ').Contains));
    }
}
