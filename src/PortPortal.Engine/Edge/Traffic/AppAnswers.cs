using Microsoft.Extensions.Logging;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Upstream;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.Edge.Traffic;

/// <summary>Tells the ladder of health, once a second, how apps answered their last visitors.</summary>
internal sealed class AppAnswers(EdgeConnections connections, HealthWatch health, TimeProvider time, ILogger<AppAnswers> logger) : PeriodicService(Interval, time, logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override Task RoundAsync(CancellationToken cancellationToken)
    {
        foreach (var book in connections.Books)
        {
            if (book.TakeOutcome() is { } outcome)
            {
                health.Tell(book.ExposureId, SignOf(outcome));
            }
        }

        return Task.CompletedTask;
    }

    private static HealthSign SignOf(ForwardOutcome outcome) => outcome switch
    {
        ForwardOutcome.Completed or ForwardOutcome.Upgraded => new(true, "The app answers its visitors."),
        ForwardOutcome.NotListening => new(false, "Nothing listened when the last visitor came."),
        ForwardOutcome.AddressRefused => new(false, "The session's address may not be dialled."),
        ForwardOutcome.Unreachable or ForwardOutcome.ConnectTimeout => new(false, "The session's address did not answer the last visitor."),
        ForwardOutcome.TlsFailed => new(false, "The app does not speak TLS: expose it with protocol http."),
        ForwardOutcome.HeaderTimeout or ForwardOutcome.IdleTimeout => new(false, "The app took the last request and did not answer in time."),
        _ => new(false, "The app broke off the last answer."),
    };
}
