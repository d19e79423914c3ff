using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>Makes this machine's forwards equal to what the database wants: wholly at start, when disturbed and every 30 s; between that, what was changed.</summary>
/// <remarks>
/// A loop of its own beside the exposures': a kernel that is slow or refuses never delays the closing of a web port.
/// A pass works from the whole picture, so a crash at any point heals at the next one. A step costs the same among ten thousand forwards
/// as among ten; it is taken only while everything else is as the last pass or step left it.
/// </remarks>
internal sealed partial class PortForwardReconciler(
    PortForwardBook book,
    PortForwardEnforcement enforcement,
    IPortForwarder forwarder,
    PortForwardHost host,
    ForwardingFeed nodes,
    Database database,
    TimeProvider time,
    ILogger<PortForwardReconciler> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private readonly Agenda _agenda = new(time); // ids of forwards
    private readonly PortForwardPatience _patience = new(time);
    private DateTimeOffset _nextEnd = DateTimeOffset.MaxValue; // touched by the loop alone
    private long _passedAt; // touched by the loop alone

    /// <summary>Asks for a pass now.</summary>
    public void Wake() => _agenda.CallEverything();

    /// <summary>Asks for a step now: the feed has other wishes about these forwards.</summary>
    public void Wake(IReadOnlyCollection<string> changed) => _agenda.Call(changed);

    /// <summary>The feed is filled before anybody asks; putting it in force waits for nobody, for what a former process left is in force still.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _nextEnd = await book.ReadAsync(cancellationToken);
        nodes.Publish(ForwardingStatus.Of(forwarder.Status, host.Name));
        forwarder.Disturbed += OnDisturbed;
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        forwarder.Disturbed -= OnDisturbed;
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        _agenda.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Wake();
        while (!stoppingToken.IsCancellationRequested)
        {
            var dueIn = Earliest(_nextEnd - time.GetUtcNow(), _patience.UntilRetry ?? Interval - time.GetElapsedTime(_passedAt));
            var changed = await _agenda.TakeAsync(dueIn, stoppingToken);
            try
            {
                await (changed is null ? PassAsync(stoppingToken) : StepAsync(changed, stoppingToken));
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // What is in force stays in force; the next pass tries again.
                _patience.Failed();
                _nextEnd = DateTimeOffset.MaxValue; // or it would be tried again without a pause
                _agenda.Distrust();
                Log.PassFailed(logger, exception);
            }
        }
    }

    private async Task StepAsync(IReadOnlySet<string> changed, CancellationToken cancellationToken)
    {
        if (await enforcement.ChangeAsync(changed, cancellationToken) is not { } result)
        {
            await PassAsync(cancellationToken);
            return;
        }

        var end = book.FirstEndOf(changed);
        _nextEnd = end < _nextEnd ? end : _nextEnd;
        nodes.Update(LocalNode.Id, status => status with { Wanted = result.Wanted, Found = result.InForce });
    }

    private async Task PassAsync(CancellationToken cancellationToken)
    {
        // 1 what is wanted
        _passedAt = time.GetTimestamp();
        _nextEnd = await book.ReadAsync(cancellationToken);

        // 2 what is in force
        var result = await enforcement.ApplyAsync(cancellationToken);
        var mended = result.Report.Mended;
        _patience.Passed(result.Report);
        if (result.Report.Fault is not null)
        {
            _agenda.Distrust();
        }

        // 3 what that says about this machine
        var differences = result.Report.Fault is null ? [] : await forwarder.InspectAsync(cancellationToken);
        nodes.Update(LocalNode.Id, status => status.After(result, differences, time.GetUtcNow()));
        if (!mended.IsEmpty)
        {
            Log.Mended(logger, mended.Length, Words(mended));
            await NoteAsync(mended, cancellationToken);
        }
    }

    private Task NoteAsync(ImmutableArray<ForwardDrift> mended, CancellationToken cancellationToken) => database.InTurnAsync(
        async db =>
        {
            db.Add(AuditEntry.By(Actor.System, time, "forwards.repaired", $"Something else changed this machine's forwards; it was put right: {Words(mended)}."));
            await db.SaveChangesAsync(cancellationToken);
        },
        cancellationToken);

    /// <summary>Damage is mended at once the first time; where something keeps at it, ever later.</summary>
    private void OnDisturbed()
    {
        if (_patience.UntilRetry is null)
        {
            Wake();
        }
    }

    private static string Words(ImmutableArray<ForwardDrift> mended)
    {
        const int Named = 5;
        var named = string.Join(", ", mended.Take(Named).Select(drift => drift.InWords()));
        return mended.Length > Named ? $"{named} and {mended.Length - Named} more" : named;
    }

    private static TimeSpan Earliest(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The pass over the port forwards failed; what was in force stays in force.")]
        public static partial void PassFailed(ILogger logger, Exception exception);

        [LoggerMessage(LogLevel.Warning, "{Count} differences between the port forwards that are wanted and those found were mended: {What}.")]
        public static partial void Mended(ILogger logger, int count, string what);
    }
}
