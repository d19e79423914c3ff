using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions.Listeners;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures;

/// <summary>Knocks at the exposed ports of sessions whose sockets cannot be looked at and whose agent says nothing, and writes what it finds into the session.</summary>
internal sealed class ExposureProbe(SessionFeed sessions, ExposureFeed exposures, ListenerReports reports, PortProbe probe, SessionAddressPolicy addresses, TimeProvider time, ILogger<ExposureProbe> logger) : PeriodicService(Interval, time, logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);
    private const int AtOnce = 32;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await TryRoundAsync(stoppingToken);
        await base.ExecuteAsync(stoppingToken);
    }

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        var due = exposures.Items.Values.Where(exposure => sessions.Find(exposure.SessionId) is { Kind: SessionKind.Registered, State: SessionState.Running, NodeId: LocalNode.Id } && !reports.IsFresh(exposure.SessionId)).ToList();
        var open = new ConcurrentBag<(string Session, IPEndPoint Target)>();
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (exposure, stop) =>
        {
            if (addresses.CheckDial(exposure.Target, isAdmin: true) is null
                && await probe.KnockAsync(exposure.Target, PortProbe.DefaultPatience, stop) == PortAnswer.Listening)
            {
                open.Add((exposure.SessionId, exposure.Target));
            }
        });

        var found = open.ToLookup(port => port.Session, port => new ListeningPort { Port = port.Target.Port, DialAddress = port.Target.Address });
        foreach (var session in due.Select(exposure => exposure.SessionId).Distinct().Where(session => !reports.IsFresh(session)))
        {
            sessions.Update(session, status => status with { Listening = found[session].OrderBy(port => port.Port).ToValueList() });
        }
    }
}
