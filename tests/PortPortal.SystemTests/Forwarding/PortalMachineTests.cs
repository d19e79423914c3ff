using System.Diagnostics;

namespace PortPortal.SystemTests.Forwarding;

/// <summary>Forwards into a virtual machine: its kernel is no namespace of ours, and hears of a closing by its packets alone.</summary>
public sealed class PortalMachineTests(PortalLab lab) : IClassFixture<PortalLab>
{
    [SystemFact("qemu-system-x86_64", "busybox", "cpio", "nft", "curl", VirtualMachine.KernelFolder)]
    public async Task F01_F03_F10_F15_Forward_IntoAVirtualMachine_IsReachedAndCut()
    {
        await lab.StartAsync();
        await using var machine = await VirtualMachine.BootAsync(lab.Lab);
        var session = await lab.SessionAsync(VirtualMachine.Address);
        var (web, echo) = (await lab.OpenAsync(session, VirtualMachine.WebPort), await lab.OpenAsync(session, VirtualMachine.EchoPort));
        Assert.Equal("kernel", web.GetProperty("path").GetString());

        // 1 reached from another machine
        Task<string> PageAsync() => lab.Lab.Visitor.RunAsync($"curl -s -m 5 http://{ForwardingLab.HostAddress}:{PortalLab.PortOf(web)}/ || echo refused");
        var page = await PageAsync();
        await using var flow = await lab.VisitAsync(echo);
        Assert.Equal("a page of the machine", page);
        Assert.Equal(VirtualMachine.Name, flow?.App);
        Assert.True(await flow!.EchoAsync());

        // 2 closing cuts what flows, and nothing else
        var closing = lab.CloseAsync(echo);
        var clock = Stopwatch.StartNew();
        while (await flow.EchoAsync())
        {
        }

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        await closing;
        Assert.Null(await lab.VisitAsync(echo));
        Assert.Equal(page, await PageAsync());

        // 3 stopping the machine's session takes the rest
        await lab.Portal.Api.SendAsync(HttpMethod.Post, $"/v1/sessions/{session}/stop");
        await Eventually.TrueAsync(async () => await PageAsync() == "refused\n", "it leads nowhere");
        var rules = await lab.Lab.Host.RunAsync("nft list table inet portportal");
        Assert.DoesNotContain(VirtualMachine.Address, rules, StringComparison.Ordinal);
    }
}
