using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PortPortal.Engine.Common;

/// <summary>Work that is done again and again for as long as the program runs. A round that fails is logged, and the next one tries again.</summary>
/// <param name="interval">From the beginning of one round to that of the next; the first comes after one interval.</param>
internal abstract partial class PeriodicService(TimeSpan interval, TimeProvider time, ILogger logger) : BackgroundService
{
    protected TimeProvider Time => time;

    protected abstract Task RoundAsync(CancellationToken cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryRoundAsync(stoppingToken);
        }
    }

    protected async Task TryRoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RoundAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.RoundFailed(logger, GetType().Name, interval, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A round of {Work} failed; the next try is in {Interval}.")]
        public static partial void RoundFailed(ILogger logger, string work, TimeSpan interval, Exception exception);
    }
}
