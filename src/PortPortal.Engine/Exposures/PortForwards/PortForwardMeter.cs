using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>Carries the kernel's counters into the feed while somebody looks.</summary>
internal sealed partial class PortForwardMeter(PortForwardFeed feed, IPortForwarder forwarder, TimeProvider time, ILogger<PortForwardMeter> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private long? _readAt; // under _turn

    /// <summary>Brings the counters up to date; what was read within the last second is good enough.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (feed.Items.IsEmpty || (_readAt is { } at && time.GetElapsedTime(at) < FreshFor))
            {
                return;
            }

            var traffic = (await forwarder.ReadTrafficAsync(cancellationToken)).ToDictionary(read => read.Mark, read => new PortForwardTraffic(read.BytesIn, read.BytesOut, read.Connections));
            _readAt = time.GetTimestamp();
            feed.UpdateWhere(
                forward => forward.NodeId == LocalNode.Id && traffic.TryGetValue(forward.Mark, out var read) && read != forward.Traffic,
                forward => forward with { Traffic = traffic[forward.Mark] });
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Counters that stand still for a while harm nobody; the reconciler mends the table they are in.
            Log.NotRead(logger, exception);
        }
        finally
        {
            _turn.Release();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _turn.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (feed.HasReaders)
            {
                await ReadAsync(stoppingToken);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The counters of the port forwards could not be read.")]
        public static partial void NotRead(ILogger logger, Exception exception);
    }
}
