using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.AllowLists;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures;

/// <summary>Registers a session together with the ports it declares: all of it, or nothing.</summary>
internal sealed class SessionRegistration(
    Database database,
    SessionRules rules,
    SessionFeed sessionFeed,
    ExposureService exposures,
    ExposureFeed exposureFeed,
    ExposureReconciler reconciler,
    ProfileBook profiles,
    AllowListFeed lists,
    PublicAddress address,
    TimeProvider time)
{
    /// <param name="faults">What reading the request has found already; the rules add theirs.</param>
    public async Task<Outcome<SessionStatus>> RegisterAsync(SessionRequest request, IReadOnlyList<ExposeRequest> declared, Actor actor, Faults faults, CancellationToken cancellationToken)
    {
        rules.Check(request, actor, faults);
        for (var i = 0; i < declared.Count; i++)
        {
            ExposeRules.Check(declared[i], new ExposeBounds(request.AllowPorts, profiles.Of(request.Profile), lists), actor, time, faults, $"network.expose[{i}].");
        }

        CheckTwice(declared, faults);
        if (faults.Count > 0)
        {
            return faults;
        }

        try
        {
            return await database.InTurnAsync(db => SaveAsync(db, request, declared, actor, cancellationToken), cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.IsUniqueViolation())
        {
            return SessionRules.NameInUse(request.Name ?? "");
        }
    }

    private async Task<Outcome<SessionStatus>> SaveAsync(PortPortalDbContext db, SessionRequest request, IReadOnlyList<ExposeRequest> declared, Actor actor, CancellationToken cancellationToken)
    {
        if (request.Name is { } name && await rules.CheckNameIsFreeAsync(db, name, actor, cancellationToken) is { } taken)
        {
            return taken;
        }

        // In turn with whoever changes the limits.
        var limits = profiles.Of(request.Profile);
        foreach (var (index, port) in declared.Index())
        {
            if (ExposeRules.CheckWidth(ExposeRules.ReadAccess(port.Access, limits), limits, $"network.expose[{index}].access") is { } tooWide)
            {
                return tooWide;
            }
        }

        var session = rules.New(request, actor);
        var opened = declared.Select(port => exposures.New(port, session.Id, limits, actor, ExposureSource.Declared)).ToList();
        db.Add(session);
        db.AddRange(opened);
        db.Add(AuditEntry.By(actor, time, "session.registered", $"{session.Name} was registered with {opened.Count} declared ports.") with { SessionId = session.Id, SessionName = session.Name });
        await db.SaveChangesAsync(cancellationToken);

        var status = SessionStatus.Of(session);
        var places = limits.MaxExposedPorts;
        var waiting = ExposurePlaces.Waiting(opened, places);
        sessionFeed.Publish(status);
        exposureFeed.Publish(opened.Select(exposure => ExposureStatus.Of(exposure, status, address, waiting.Contains(exposure.Id) ? ExposurePlaces.Reason(places) : null)));
        reconciler.Wake(session.Id);
        return status;
    }

    private static void CheckTwice(IReadOnlyList<ExposeRequest> declared, Faults faults)
    {
        foreach (var port in declared.CountBy(expose => expose.Port).Where(pair => pair.Value > 1).Select(pair => pair.Key))
        {
            faults.Add(Refusal.Invalid("network.expose", $"network.expose names port {port} more than once.", RefusalCodes.InvalidPort));
        }

        foreach (var name in declared.Where(expose => expose.Name is not null).CountBy(expose => expose.Name!).Where(pair => pair.Value > 1).Select(pair => pair.Key))
        {
            faults.Add(Refusal.Invalid("network.expose", $"network.expose gives the name “{name}” more than once.", RefusalCodes.InvalidName));
        }
    }
}
