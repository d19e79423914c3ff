using PortPortal.Engine.Forwarding;

namespace PortPortal.SystemTests.Forwarding;

/// <summary>One lab with its forwarder for all tests of a class, made by the first that runs.</summary>
public sealed class LabFixture : IAsyncLifetime
{
    private ForwardingLab? _lab;
    private RemoteForwarder? _forwarder;

    public ForwardingLab Lab => _lab!;

    public RemoteForwarder Forwarder => _forwarder!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task StartAsync()
    {
        _lab ??= await ForwardingLab.CreateAsync();
        _forwarder ??= await RemoteForwarder.StartAsync(_lab.Host, ForwardingDriver.Nftables);
    }

    /// <summary>A new process takes over, as after a crash of PortPortal.</summary>
    public async Task RestartForwarderAsync()
    {
        await KillForwarderAsync();
        _forwarder = await RemoteForwarder.StartAsync(Lab.Host, ForwardingDriver.Nftables);
    }

    public async Task KillForwarderAsync()
    {
        if (_forwarder is not null)
        {
            await _forwarder.KillAsync();
            _forwarder = null;
        }
    }

    public async Task DisposeAsync()
    {
        if (_forwarder is not null)
        {
            await _forwarder.DisposeAsync();
        }

        if (_lab is not null)
        {
            await _lab.DisposeAsync();
        }
    }
}
