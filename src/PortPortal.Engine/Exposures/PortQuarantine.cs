using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures;

/// <summary>Keeps the address of a port that was closed for whoever had it, for a day: browsers still hold what its app left there.</summary>
/// <remarks>Sessions have one owner and ids that never come again, so this is about the one session that several people share: this machine.</remarks>
internal sealed class PortQuarantine(TimeProvider time)
{
    /// <summary>Null where <paramref name="actor"/> may have the port.</summary>
    public async Task<Refusal?> CheckAsync(PortPortalDbContext db, SessionStatus session, int port, Actor actor, CancellationToken cancellationToken)
    {
        if (!session.IsThisMachine || actor.IsAdmin)
        {
            return null;
        }

        var heldSince = time.GetUtcNow() - SessionRules.NameQuarantine;
        var isHeld = await db.Set<Exposure>().AnyAsync(
            closed => closed.SessionId == session.Id && closed.Port == port && closed.ClosedAt > heldSince && closed.OpenedBy != actor.Id,
            cancellationToken);
        return isHeld
            ? new Refusal(409, RefusalCodes.NameInUse, $"Port {port} was exposed by someone else within the last day, for whom its address is kept: ask an admin, or take another port.", "port")
            : null;
    }
}
