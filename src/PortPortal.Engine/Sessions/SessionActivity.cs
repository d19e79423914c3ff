using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Sessions;

/// <summary>Whose activity someone may read: admins all, viewers that of every session, members their own acts and their sessions', past ones included.</summary>
internal sealed class SessionActivity(Database database)
{
    public async Task<AuditScope> ScopeAsync(Actor actor, CancellationToken cancellationToken) => actor.Role switch
    {
        Role.Admin => AuditScope.Everything,
        Role.Viewer => AuditScope.Sessions(actor.Id, sessionIds: null),
        _ => AuditScope.Sessions(actor.Id, await database.RunAsync(db => db.Set<Session>().Where(session => session.OwnerId == actor.Id).Select(session => session.Id).ToListAsync(cancellationToken))),
    };
}
