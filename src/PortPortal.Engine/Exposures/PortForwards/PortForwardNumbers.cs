using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Data;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>Draws the numbers of a new forward: its public port, and its mark.</summary>
internal static class PortForwardNumbers
{
    /// <summary>How long a port that was let go leads to nobody but its former owner: links to it are still about.</summary>
    public static readonly TimeSpan Quarantine = TimeSpan.FromHours(24);

    /// <summary>Where a tenth of the ports is free, so many draws find one nine times out of ten.</summary>
    private const int Draws = 20;

    /// <summary>A port at random that no forward of the node has, nobody else had within the last day, and no process listens on; null when there is none.</summary>
    public static async Task<int?> DrawPortAsync(PortPortalDbContext db, SessionStatus session, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = now - Quarantine;
        var taken = db.Set<PortForward>()
            .Where(forward => forward.NodeId == session.NodeId)
            .Where(forward => forward.ClosedAt == null
                || (forward.ClosedAt > since && !db.Set<Session>().Any(owned => owned.Id == forward.SessionId && owned.OwnerId == session.OwnerId)));
        // What another machine's processes listen on is for that machine to say, when it applies the forward.
        Func<int, bool> isFree = session.NodeId == LocalNode.Id ? PublicPorts.CanListen : static _ => true;

        // 1 by luck: a port that can be listened on here has no forward, as a rule, so the database is asked about one of them
        for (var draw = 0; draw < Draws; draw++)
        {
            var port = RandomNumberGenerator.GetInt32(PublicPorts.First, PublicPorts.Last + 1);
            if (isFree(port) && !await taken.AnyAsync(forward => forward.PublicPort == port, cancellationToken))
            {
                return port;
            }
        }

        // 2 thoroughly, among the few that are left
        return PublicPorts.TryFindFree(await taken.Select(forward => forward.PublicPort).ToHashSetAsync(cancellationToken), isFree);
    }

    public static async Task<int> DrawMarkAsync(PortPortalDbContext db, string nodeId, CancellationToken cancellationToken)
    {
        while (true)
        {
            var mark = RandomNumberGenerator.GetInt32(1, (int)PlannedForward.MaxMark + 1);
            if (!await db.Set<PortForward>().AnyAsync(forward => forward.NodeId == nodeId && forward.Mark == mark, cancellationToken))
            {
                return mark;
            }
        }
    }
}
