using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.AllowLists;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Sessions;
using PortPortal.Engine.Sessions.Containers;

namespace PortPortal.Engine.Exposures.Containers;

/// <summary>Brings one container's session up to date, and makes it where there is none yet.</summary>
/// <remarks>Whoever can start containers here is as good as root, so labels are read with an admin's rights; what they ask for wrongly is said, and the rest is done.</remarks>
internal sealed class ContainerAdoption(
    Database database,
    SessionRules rules,
    SessionFeed sessions,
    ExposureService exposures,
    ExposureReconciler reconciler,
    ProfileBook profiles,
    AllowListFeed lists,
    AccountDirectory accounts,
    TimeProvider time)
{
    public Task TakeAsync(ContainerSighting container, CancellationToken cancellationToken) => database.InTurnAsync(
        async db =>
        {
            var session = await db.Set<Session>().SingleOrDefaultAsync(row => row.ContainerId == container.Id && row.EndedAt == null, cancellationToken);
            IReadOnlyList<string> faults = container.Labels.Faults;
            if (session is null)
            {
                if (container.State == ContainerState.Exited)
                {
                    return;
                }

                (session, faults) = await AdoptAsync(db, container, cancellationToken);
            }

            var (state, address) = (StateOf(container.State), container.Address?.ToString());
            if (session.State != state)
            {
                (session.State, session.StateSince) = (state, time.GetUtcNow());
                db.Add(AuditEntry.By(Actor.System, time, state == SessionState.Paused ? "session.paused" : "session.resumed", $"The container of {session.Name} is {Word(container.State)}.") with { SessionId = session.Id, SessionName = session.Name });
            }

            session.Address = address ?? session.Address;
            await db.SaveChangesAsync(cancellationToken);
            var before = sessions.Find(session.Id);
            var notice = faults.Count > 0 ? string.Join(' ', faults) : null;
            sessions.Publish(SessionStatus.Of(session, before) with { Image = container.Image, Notice = before?.Notice ?? notice, Problem = null, ProblemSince = null });
            reconciler.Wake(session.Id);
        },
        cancellationToken);

    private async Task<(Session Session, List<string> Faults)> AdoptAsync(PortPortalDbContext db, ContainerSighting container, CancellationToken cancellationToken)
    {
        var faults = container.Labels.Faults.ToList();
        var ownerId = OwnerId(container.Labels.Owner, faults);
        var owner = Actor.System with { Id = ownerId };
        var session = new Session
        {
            Id = ShortId.New(),
            Name = "",
            Kind = SessionKind.Container,
            State = StateOf(container.State),
            StateSince = time.GetUtcNow(),
            Address = container.Address?.ToString(),
            NodeId = LocalNode.Id,
            OwnerId = ownerId,
            Profile = Profile.DefaultName,
            CreatedAt = time.GetUtcNow(),
            ContainerId = container.Id,
        };
        session.Name = await NameAsync(db, container, owner, session.Id, faults, cancellationToken);
        var limits = profiles.Of(session.Profile);
        var opened = Declared(container.Labels, limits, faults);
        db.Add(session);
        db.AddRange(opened.Select(port => exposures.New(port, session.Id, limits, Actor.System, ExposureSource.Declared)));
        db.Add(AuditEntry.By(Actor.System, time, "session.registered", $"{session.Name} is the container {container.Name}; its labels expose {opened.Count} ports.") with { SessionId = session.Id, SessionName = session.Name });
        return (session, faults);
    }

    private List<ExposeRequest> Declared(ContainerLabels labels, Profile limits, List<string> faults)
    {
        var declared = new List<ExposeRequest>();
        foreach (var label in labels.Expose)
        {
            var request = new ExposeRequest { Port = label.Port, Name = label.Name, Access = label.Access };
            var wrong = new Faults();
            ExposeRules.Check(request, new ExposeBounds([], limits, lists), Actor.System, time, wrong, $"{ContainerLabels.ExposeLabel}: ");
            if (wrong.Count == 0)
            {
                declared.Add(request);
            }

            faults.AddRange(wrong.Select(fault => $"Label {fault.Detail}"));
        }

        return declared;
    }

    /// <summary>By its label, else as the engine calls it, else its id.</summary>
    private async Task<string> NameAsync(PortPortalDbContext db, ContainerSighting container, Actor owner, string id, List<string> faults, CancellationToken cancellationToken)
    {
        foreach (var name in new[] { container.Labels.Name, DnsLabel.From(container.Name) }.OfType<string>())
        {
            var refusal = SessionNames.Check(name) ?? await rules.CheckNameIsFreeAsync(db, name, owner, cancellationToken);
            if (refusal is null)
            {
                return name;
            }

            if (name == container.Labels.Name)
            {
                faults.Add($"Label {ContainerLabels.NameLabel}: {refusal.Detail}");
            }
        }

        return id;
    }

    /// <summary>The person a label names by e-mail, else the admins together.</summary>
    private string OwnerId(string? email, List<string> faults)
    {
        if (email is null)
        {
            return "";
        }

        var account = accounts.Now.Users.Values.FirstOrDefault(user => !user.Disabled && string.Equals(user.Email, email, StringComparison.OrdinalIgnoreCase));
        if (account is null)
        {
            faults.Add($"Label {ContainerLabels.OwnerLabel} names “{email}”, who has no account here; the admins own the session.");
        }

        return account?.Id ?? "";
    }

    /// <summary>A container that exited can be started again, as one that was paused can be resumed.</summary>
    private static SessionState StateOf(ContainerState state) => state switch
    {
        ContainerState.Running => SessionState.Running,
        ContainerState.Starting => SessionState.Starting,
        _ => SessionState.Paused,
    };

    private static string Word(ContainerState state) => state switch
    {
        ContainerState.Running => "running",
        ContainerState.Starting => "starting",
        ContainerState.Paused => "paused",
        _ => "stopped",
    };
}
