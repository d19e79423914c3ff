using System.Collections.Immutable;
using System.Net;
using PortPortal.Engine.Forwarding;
using PortPortal.Tests.Forwarding.Contract;

namespace PortPortal.SystemTests.Forwarding;

/// <summary>What tests of the kernel's driver share: a lab, forwards, and plans applied in it.</summary>
public abstract class NftablesTests(LabFixture fixture) : IAsyncLifetime
{
    private static uint s_lastMark = 1000;

    protected LabFixture Fixture => fixture;

    protected ForwardingLab Lab => fixture.Lab;

    /// <summary>One forward to an app in the guest that no test minds.</summary>
    protected PlannedForward Other { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await fixture.StartAsync();
        (Other, _) = Forward("other");
    }

    public async Task DisposeAsync() => await fixture.Forwarder.ApplyAsync(ForwardPlan.Empty, CancellationToken.None);

    protected (PlannedForward Forward, NamedEcho App) Forward(string name, NetworkNamespace? where = null, string address = ForwardingLab.GuestAddress)
    {
        var app = Lab.StartApp(where ?? Lab.Guest, name, address, out var target);
        return (new() { Mark = Interlocked.Increment(ref s_lastMark), PublicPort = NftablesWorld.NextPort(), Target = target }, app);
    }

    protected Task<ForwardReport> ApplyAsync(params ImmutableArray<PlannedForward> forwards) => fixture.Forwarder.ApplyAsync(new(forwards), CancellationToken.None);

    /// <summary>Which app a machine reaches at an address; null for none.</summary>
    protected static async Task<string?> ReachAsync(NetworkNamespace from, string address, int port)
    {
        await using var flow = await ForwardingLab.DialAsync(from, address, port);
        return flow?.App;
    }

    protected Task<SocketFlow?> VisitAsync(PlannedForward forward) => ForwardingLab.DialAsync(Lab.Visitor, ForwardingLab.HostAddress, forward.PublicPort);

    /// <summary>Asserts that the kernel carries it: the app sees the visitor's own address.</summary>
    protected async Task AssertCarriedByTheKernelAsync(PlannedForward forward, NamedEcho app)
    {
        await using var flow = await VisitAsync(forward);
        Assert.True(flow is not null && await flow.EchoAsync(), "The forward leads nowhere.");
        Assert.Equal(IPAddress.Parse(ForwardingLab.VisitorAddress), app.Visitors[^1]);
    }
}
