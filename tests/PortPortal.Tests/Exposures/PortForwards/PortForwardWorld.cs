using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Sessions;
using PortPortal.Tests.Forwarding;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Exposures.PortForwards;

/// <summary>The whole program over a forwarder that only remembers.</summary>
internal sealed class PortForwardWorld : IAsyncDisposable
{
    private PortForwardWorld(PortalApp app, InMemoryForwarder forwarder) => (App, Forwarder) = (app, forwarder);

    public PortalApp App { get; }

    public InMemoryForwarder Forwarder { get; }

    public PortForwardFeed Feed => App.Get<PortForwardFeed>();

    public ForwardingStatus Node => App.Get<ForwardingFeed>().Find(LocalNode.Id)!;

    public static async Task<PortForwardWorld> StartAsync(Action<IServiceCollection>? adapt = null)
    {
        var forwarder = new InMemoryForwarder(TimeProvider.System);
        return new(
            await PortalApp.StartAsync(adapt: services =>
            {
                services.AddSingleton<IPortForwarder>(forwarder);
                adapt?.Invoke(services);
            }),
            forwarder);
    }

    /// <summary>A running session at an address of its own.</summary>
    public async Task<string> SessionAsync(string address = "10.99.0.2") =>
        (await App.Api.RegisterSessionAsync(new { address })).GetProperty("id").GetString()!;

    /// <summary>A running session of somebody.</summary>
    public async Task<string> SessionAsync(Actor owner)
    {
        var registered = await App.Get<SessionRegistration>().RegisterAsync(new() { Address = "10.99.0.3" }, [], owner, [], CancellationToken.None);
        return registered.Value!.Id;
    }

    /// <summary>Fills this machine's ports with forwards that are none.</summary>
    public Task TakePortsAsync(int except) => App.Get<Database>().RunAsync(db =>
    {
        db.AddRange(Enumerable.Range(PublicPorts.First, PublicPorts.Last - PublicPorts.First + 1).Where(port => port != except).Select(port => new PortForward
        {
            Id = $"filler-{port}",
            SessionId = "this-machine",
            GuestPort = 5432,
            PublicPort = port,
            NodeId = LocalNode.Id,
            Mark = -port,
            CreatedBy = "system",
            CreatedAt = DateTimeOffset.UnixEpoch,
        }));
        return db.SaveChangesAsync();
    });

    public async Task<PortForwardStatus> OpenAsync(string session, int guestPort = 5432, Actor? actor = null)
    {
        var opened = await TryOpenAsync(session, guestPort, actor);
        Assert.Empty(opened.Refusals);
        return opened.Value!;
    }

    public Task<Outcome<PortForwardStatus>> TryOpenAsync(string session, int guestPort = 5432, Actor? actor = null) =>
        App.Get<PortForwardService>().OpenAsync(session, new() { GuestPort = guestPort }, actor ?? Actor.System, [], CancellationToken.None);

    public Task<Outcome<bool>> CloseAsync(PortForwardStatus forward) =>
        App.Get<PortForwardService>().CloseAsync(forward.SessionId, forward.Id, Actor.System, CancellationToken.None);

    public Task<List<AuditEntry>> AuditAsync(string action) => App.Get<Database>().RunAsync(db => db.Set<AuditEntry>().Where(entry => entry.Action == action).ToListAsync());

    public Task<PortForwardStatus?> AwaitAsync(PortForwardStatus forward, Func<PortForwardStatus?, bool> until) =>
        Feed.AwaitAsync(forward.Id, until, Eventually.Patience, CancellationToken.None);

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
