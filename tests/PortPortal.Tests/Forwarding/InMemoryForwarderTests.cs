using System.Net;
using PortPortal.Engine.Forwarding;
using PortPortal.Tests.Forwarding.Contract;

namespace PortPortal.Tests.Forwarding;

/// <summary>The fake keeps what the real drivers promise.</summary>
public sealed class InMemoryForwarderTests : ForwarderContract
{
    protected override Task<ForwarderWorld> StartAsync() => Task.FromResult<ForwarderWorld>(new InMemoryWorld());

    [Fact]
    public async Task Damage_IsAnnouncedFoundAndMended()
    {
        var forwarder = (InMemoryForwarder)World.Forwarder;
        var forward = await ForwardToAsync("web");
        await ApplyAsync(forward);
        var announced = false;
        forwarder.Disturbed += () => announced = true;

        forwarder.Damage(forward.Mark);

        Assert.True(announced);
        Assert.Equal(forward.Mark, Assert.Single((await ApplyAsync(forward)).Mended).Mark);
        await AssertReachesAsync("web", forward);
    }

    private sealed class InMemoryWorld : ForwarderWorld
    {
        private readonly InMemoryForwarder _forwarder = new(TimeProvider.System);
        private readonly Dictionary<IPEndPoint, string> _apps = [];
        private int _nextPort = PublicPorts.First;

        public override IPortForwarder Forwarder => _forwarder;

        public override IPAddress Visitor { get; } = IPAddress.Parse("192.0.2.2");

        public override IPAddress OtherVisitor { get; } = IPAddress.Parse("192.0.2.3");

        public override int FreePort() => _nextPort++;

        public override Task<IAsyncDisposable> OccupyAsync(int port)
        {
            _forwarder.Occupied.Add(port);
            return Task.FromResult<IAsyncDisposable>(new Release(() => _forwarder.Occupied.Remove(port)));
        }

        public override Task<IPEndPoint> StartAppAsync(string name)
        {
            var app = new IPEndPoint(IPAddress.Parse("10.77.0.2"), 3000 + _apps.Count);
            _apps.Add(app, name);
            return Task.FromResult(app);
        }

        public override Task<IFlow?> ConnectAsync(int port, IPAddress? from = null)
        {
            var flow = _forwarder.Connect(port, from ?? Visitor);
            return Task.FromResult<IFlow?>(flow is null ? null : new Flow(flow, _apps[flow.Target]));
        }

        public override ValueTask DisposeAsync() => _forwarder.DisposeAsync();
    }

    private sealed class Flow(InMemoryFlow flow, string app) : IFlow
    {
        public string App => app;

        public Task<bool> EchoAsync(int bytes = 16)
        {
            if (flow.IsOpen)
            {
                flow.Echo(bytes);
            }

            return Task.FromResult(flow.IsOpen);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Release(Action action) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            action();
            return ValueTask.CompletedTask;
        }
    }
}
