using Microsoft.Extensions.Logging.Abstractions;
using PortPortal.Engine.Forwarding;

namespace PortPortal.Tests.Forwarding;

public sealed class ForwarderSelectionTests
{
    [Theory]
    [InlineData("CapEff:\t000001ffffffffff", true)]
    [InlineData("CapEff:\t0000000000001000", true)]
    [InlineData("CapEff:\t0000000000000fff", false)]
    [InlineData("CapEff:\t0000000000000000", false)]
    [InlineData("CapPrm:\t000001ffffffffff", false)]
    public void HasNetAdmin_IsBitTwelveOfTheEffectiveSet(string line, bool expected) =>
        Assert.Equal(expected, ForwarderSelection.HasNetAdmin(["Name:\tdotnet", line, "Seccomp:\t0"]));

    [Fact]
    public async Task Create_WithTheRelayInTheSettings_SaysSo()
    {
        await using var forwarder = ForwarderSelection.Create(new() { Driver = ForwardingDriver.Relay }, TimeProvider.System, NullLoggerFactory.Instance);

        Assert.Equal(new("userspace relay", "Bytes are copied by this process, because the setting Forwarding:Driver says so."), forwarder.Status);
    }
}
