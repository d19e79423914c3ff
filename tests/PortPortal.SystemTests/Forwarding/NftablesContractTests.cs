using PortPortal.Tests.Forwarding.Contract;

namespace PortPortal.SystemTests.Forwarding;

/// <summary>The kernel's driver keeps what every driver promises.</summary>
public sealed class NftablesContractTests(LabFixture fixture) : ForwarderContract, IClassFixture<LabFixture>
{
    protected override async Task<ForwarderWorld> StartAsync()
    {
        await fixture.StartAsync();
        return new NftablesWorld(fixture.Lab, fixture.Forwarder);
    }
}
