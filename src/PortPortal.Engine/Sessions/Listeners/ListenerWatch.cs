using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>Keeps an eye on one scanner's ports and tells whoever asks when they change; in a host, it watches this machine.</summary>
/// <remarks>While nothing can be seen the last sight stays: a fault of the looking says nothing about the ports.</remarks>
internal sealed partial class ListenerWatch(ListenerScanner scanner, TimeProvider time, ILogger<ListenerWatch> logger) : BackgroundService
{
    /// <summary>A new listener is to show within 2 s, and a scan costs microseconds.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private volatile Sight _latest = new([], HasLooked: false);
    private string? _problem; // the loop's own
    private string? _method; // the loop's own

    /// <summary>What listens now, in the order of ports; empty until the first look.</summary>
    public ImmutableArray<DetectedListener> Current => _latest.Listeners;

    /// <summary>The first complete sight, then every different one; a slow reader skips to the newest.</summary>
    public async IAsyncEnumerable<ImmutableArray<DetectedListener>> SightsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sight = _latest;
        while (true)
        {
            if (sight.HasLooked)
            {
                yield return sight.Listeners;
            }

            await sight.Replaced.Task.WaitAsync(cancellationToken);
            sight = _latest;
        }
    }

    /// <summary>Looks once, now.</summary>
    /// <returns>True where something changed.</returns>
    internal bool Look()
    {
        var scan = scanner.Scan();
        Report(scan);
        var old = _latest;
        if (!scan.Succeeded || (old.HasLooked && scan.Listeners.AsSpan().SequenceEqual(old.Listeners.AsSpan())))
        {
            return false;
        }

        _latest = new(scan.Listeners, HasLooked: true);
        old.Replaced.SetResult();
        return true;
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
            Log.Seeing(logger, scan.Method, scan.Listeners.Length);
        }

        (_problem, _method) = (scan.Problem, scan.Succeeded ? scan.Method : _method);
    }

    private sealed record Sight(ImmutableArray<DetectedListener> Listeners, bool HasLooked)
    {
        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Listening ports are read through {Method}; {Count} are open")]
        public static partial void Seeing(ILogger logger, string method, int count);

        [LoggerMessage(LogLevel.Warning, "Listening ports cannot be seen: {Problem}")]
        public static partial void CannotSee(ILogger logger, string problem);
    }
}
