using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>Keeps an eye on one scanner's ports and tells whoever asks when they change; in a host, it watches this machine.</summary>
/// <remarks>While nothing can be seen the last sight stays: a fault of the looking says nothing about the ports.</remarks>
internal sealed partial class ListenerWatch(ListenerScanner scanner, TimeProvider time, ILogger<ListenerWatch> logger) : BackgroundService
{
    /// <summary>A new listener is to show within 2 s, and a scan costs microseconds.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Sights<ValueList<DetectedListener>> _sights = new([]);
    private string? _problem; // the loop's own
    private string? _method; // the loop's own

    /// <summary>What listens now, in the order of ports; empty until the first look.</summary>
    public ValueList<DetectedListener> Current => _sights.Current;

    /// <summary>The first complete sight, then every different one; a slow reader skips to the newest.</summary>
    public IAsyncEnumerable<ValueList<DetectedListener>> SightsAsync(CancellationToken cancellationToken) => _sights.ReadAsync(cancellationToken);

    /// <summary>Looks once, now.</summary>
    /// <returns>True where something changed.</returns>
    internal bool Look()
    {
        var scan = scanner.Scan();
        Report(scan);
        return scan.Succeeded && _sights.Show(scan.Listeners);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            Look();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Report(ListenerScan scan)
    {
        if (scan.Problem is { } problem)
        {
            if (_problem != problem)
            {
                Log.CannotSee(logger, problem);
            }
        }
        else if (_problem is not null || _method != scan.Method)
        {
            Log.Seeing(logger, scan.Method, scan.Listeners.Count);
        }

        (_problem, _method) = (scan.Problem, scan.Succeeded ? scan.Method : _method);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Listening ports are read through {Method}; {Count} are open")]
        public static partial void Seeing(ILogger logger, string method, int count);

        [LoggerMessage(LogLevel.Warning, "Listening ports cannot be seen: {Problem}")]
        public static partial void CannotSee(ILogger logger, string problem);
    }
}
