using System.Net;
using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Profiles;

namespace PortPortal.Engine.Sessions;

/// <summary>Reads and judges what a caller asks for when it registers a session.</summary>
internal sealed class SessionRules(SessionAddressPolicy addresses, NodeFeed nodes, ProfileBook profiles, TimeProvider time)
{
    /// <summary>The public name of an ended session stays its owner's for this long.</summary>
    public static readonly TimeSpan NameQuarantine = TimeSpan.FromHours(24);

    public void Check(SessionRequest request, Actor actor, Faults faults)
    {
        if (actor.Role == Role.Viewer)
        {
            faults.Add(new Refusal(403, RefusalCodes.NotAllowed, "Viewers look; ask an admin to make you a member."));
        }

        if (request.Name is { } name && SessionNames.Check(name) is { } fault)
        {
            faults.Add(fault);
        }

        if (request.Address is null)
        {
            faults.Add(Refusal.Invalid("address", "address is missing: give the session's IP address.", RefusalCodes.InvalidAddress));
        }
        else if (addresses.Check(request.Address, actor.IsAdmin) is { } refusal)
        {
            faults.Add(refusal);
        }

        if (request.Profile is { } profile && profiles.Find(profile) is null)
        {
            faults.Add(Refusal.Invalid("profile", $"profile is one of {string.Join(", ", profiles.All.Select(known => known.Name))}."));
        }

        CheckNode(request.Node, faults);
        foreach (var port in request.AllowPorts.Where(port => port is < 1 or > 65535))
        {
            faults.Add(Refusal.Invalid("network.ingress.allowPorts", $"network.ingress.allowPorts holds {port}: a port is a whole number from 1 to 65535.", RefusalCodes.InvalidPort));
        }

        CheckEnd(request.ExpiresAt, time, faults);
    }

    public static void CheckEnd(DateTimeOffset? end, TimeProvider time, Faults faults)
    {
        if (end <= time.GetUtcNow())
        {
            faults.Add(Refusal.Invalid("expiresAt", "expiresAt lies in the past: give a moment to come, in RFC 3339."));
        }
    }

    /// <summary>Names in use, and names that an ended session of someone else still holds.</summary>
    public async Task<Refusal?> CheckNameIsFreeAsync(PortPortalDbContext db, string name, Actor actor, CancellationToken cancellationToken)
    {
        var heldSince = time.GetUtcNow() - NameQuarantine;
        var taken = await db.Set<Session>().AnyAsync(
            session => session.Id == name || (session.Name == name && (session.EndedAt == null || (session.EndedAt > heldSince && session.OwnerId != actor.Id))),
            cancellationToken);
        return taken ? NameInUse(name) : null;
    }

    private NodeStatus? NodeOf(string? node) => node is null or LocalNode.Id ? null : nodes.FindByIdOrName(node);

    private void CheckNode(string? node, Faults faults)
    {
        if (node is null or LocalNode.Id)
        {
            return;
        }

        switch (NodeOf(node))
        {
            case null or { JoinedAt: null }:
                faults.Add(Refusal.Invalid("node", "node names no machine that has joined; leave it out for the portal's own."));
                break;
            case { Draining: true }:
                faults.Add(new Refusal(409, RefusalCodes.Draining, "node takes no new sessions: it is being drained. Choose another one.", "node"));
                break;
        }
    }

    public static Refusal NameInUse(string name) => new(409, RefusalCodes.NameInUse, $"Name already in use: “{name}”. Pick another name, or end the session that has it.", "name");

    /// <summary>Null where a person decides over the session's life; this machine and containers follow something else.</summary>
    /// <param name="act">What was asked for, as a participle.</param>
    public static Refusal? CheckHasLifeOfItsOwn(SessionStatus session, string act) => session.Kind switch
    {
        SessionKind.ThisMachine => new(409, RefusalCodes.SessionNotRunning, $"This machine cannot be {act}; close its ports instead."),
        SessionKind.Container => new(409, RefusalCodes.SessionNotRunning, $"This session follows its container and cannot be {act} here: pause, stop or remove the container itself."),
        _ => null,
    };

    public Session New(SessionRequest request, Actor actor)
    {
        var id = ShortId.New();
        return new Session
        {
            Id = id,
            Name = request.Name ?? id,
            Kind = SessionKind.Registered,
            State = SessionState.Running,
            StateSince = time.GetUtcNow(),
            Address = IPAddress.Parse(request.Address!).ToString(),
            NodeId = NodeOf(request.Node)?.Id ?? LocalNode.Id,
            OwnerId = actor.Id,
            Profile = request.Profile ?? Profile.DefaultName,
            AllowPorts = [.. request.AllowPorts.Distinct().Order()],
            CreatedAt = time.GetUtcNow(),
            ExpiresAt = request.ExpiresAt,
        };
    }
}
