using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Access;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures;

/// <summary>Exposes what was detected in sessions whose profile opens every port.</summary>
internal sealed class DetectedExposures(Database database, SessionFeed sessions, ExposureService exposures, ExposureReconciler reconciler, ProfileBook profiles, TimeProvider time)
{
    /// <summary>Opens and closes such ports; whatever anybody else closed stays closed.</summary>
    public static readonly Actor Detection = new("detection", "PortPortal", Role.Admin);

    /// <summary>Beyond its places a session may have as many ports waiting: something that listens everywhere must not fill the database.</summary>
    private const int WaitingPerPlace = 1;

    /// <summary>Opens those among <paramref name="ports"/> that are not open and were not closed by somebody.</summary>
    public Task OpenAsync(string sessionId, IReadOnlyCollection<int> ports, CancellationToken cancellationToken) => database.InTurnAsync(
        async db =>
        {
            if (sessions.Find(sessionId) is not { State: SessionState.Running } session)
            {
                return;
            }

            var limits = profiles.Of(session.Profile);
            if (!limits.OpenPorts)
            {
                return; // in turn with whoever changes the limits; where they are narrower than public, nothing opens by itself
            }

            var settled = await db.Set<Exposure>()
                .Where(exposure => exposure.SessionId == sessionId && (exposure.ClosedAt == null || exposure.ClosedBy != Detection.Id))
                .Select(exposure => new { exposure.Port, IsOpen = exposure.ClosedAt == null })
                .ToListAsync(cancellationToken);
            var room = limits.MaxExposedPorts * (1 + WaitingPerPlace) - settled.Count(exposure => exposure.IsOpen);
            var opened = ports.Except(settled.Select(exposure => exposure.Port)).Order().Take(Math.Max(room, 0)).ToList();
            foreach (var port in opened)
            {
                db.Add(exposures.New(new() { Port = port, Access = AccessWord.Of(AccessMode.Public) }, sessionId, limits, Detection, ExposureSource.Detected));
                db.Add(AuditEntry.By(Detection, time, "port.exposed", $"Port {port} of {session.Name} was detected, and its profile {limits.Name} opens every port.") with { SessionId = sessionId, SessionName = session.Name, Port = port });
            }

            await db.SaveChangesAsync(cancellationToken);
            reconciler.Wake(sessionId);
        },
        cancellationToken);
}
