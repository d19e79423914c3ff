using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Tunnels.WireGuard;

namespace PortPortal.Engine.Nodes;

/// <summary>The life of a node: announced, joined, drained, removed.</summary>
internal sealed class NodeService(Database database, NodeFeed feed, AuditSpool spool, IOptions<NodesOptions> options, TimeProvider time)
{
    private static readonly Refusal BadToken = new(403, RefusalCodes.NotAllowed, "The join token is wrong, used or over. Ask an admin for a new one.", "token");
    private static readonly Refusal KeyOfAnother = new(409, RefusalCodes.InUse, "tunnelKey is in use by another node.", "tunnelKey");
    private static readonly byte[] NoHash = new byte[SHA256.HashSizeInBytes];
    private readonly ConcurrentDictionary<string, NodeKeys> _keys = new(StringComparer.Ordinal);

    /// <summary>Raised when a node has joined, got another tunnel key, or was removed.</summary>
    public event Action<string>? Changed;

    public Task LoadAsync(CancellationToken cancellationToken) => database.InTurnAsync(
        async db =>
        {
            var now = time.GetUtcNow();
            foreach (var node in await db.Set<Node>().AsNoTracking().ToListAsync(cancellationToken))
            {
                Publish(node, NodeStatus.Of(node, now));
            }
        },
        cancellationToken);

    /// <summary>The keys of a node that has joined; null for any other.</summary>
    public NodeKeys? KeysOf(string id) => _keys.GetValueOrDefault(id);

    /// <summary>Announces a machine; its join token is shown this once.</summary>
    /// <param name="authority">The fingerprint of the portal's own authority, where the certificate comes from that.</param>
    /// <param name="faults">What reading the request has found already; the rules add theirs.</param>
    public async Task<Outcome<NewNode>> CreateAsync(NodeRequest request, string? authority, Actor actor, Faults faults, CancellationToken cancellationToken)
    {
        if (Check(actor) is { } refusal)
        {
            return refusal;
        }

        NodeRules.Check(request, faults);
        if (faults.Count > 0)
        {
            return faults;
        }

        try
        {
            return await database.InTurnAsync(db => CreateAsync(db, request, authority, actor, cancellationToken), cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.IsUniqueViolation())
        {
            return NameInUse(request.Name!);
        }
    }

    /// <summary>Takes a machine in on the strength of its token, which is worth nothing afterwards.</summary>
    public async Task<Outcome<NodeStatus>> JoinAsync(JoinRequest request, string? from, Faults faults, CancellationToken cancellationToken)
    {
        var publicKey = new byte[128];
        var hasKey = Convert.TryFromBase64String(request.PublicKey ?? "", publicKey, out var length) && NodeKey.IsWellFormed(publicKey = publicKey[..length]);
        if (!hasKey)
        {
            faults.Add(Refusal.Invalid("publicKey", "publicKey is a P-256 public key (SubjectPublicKeyInfo) in base64."));
        }

        if (!WireGuardKey.TryParse(request.TunnelKey, out var tunnelKey))
        {
            faults.Add(Refusal.Invalid("tunnelKey", "tunnelKey is a WireGuard public key: 32 bytes in base64."));
        }

        if (faults.Count > 0)
        {
            return faults;
        }

        var joined = await database.InTurnAsync<Outcome<NodeStatus>>(
            async db =>
            {
                var now = time.GetUtcNow();
                var node = JoinToken.TryParse(request.Token, out var token) ? await db.Set<Node>().SingleOrDefaultAsync(row => row.Id == token.NodeId, cancellationToken) : null;
                var isRight = CryptographicOperations.FixedTimeEquals(node?.TokenHash ?? NoHash, token?.Hash ?? SHA256.HashData(NoHash));
                if (node is null || !isRight || node.TokenExpiresAt <= now || node.JoinedAt is not null)
                {
                    return BadToken;
                }

                if (IsOfAnother(node.Id, tunnelKey!))
                {
                    return KeyOfAnother;
                }

                (node.PublicKey, node.TunnelKey, node.JoinedAt) = (publicKey, tunnelKey!.Text, now);
                (node.TokenHash, node.TokenExpiresAt) = (null, null);
                db.Add(AuditEntry.By(ActorOf(node.Id, node.Name, from), time, "node.joined", $"The machine {node.Name} joined."));
                await db.SaveChangesAsync(cancellationToken);
                return Publish(node, NodeStatus.Of(node, now));
            },
            cancellationToken);
        if (joined.Succeeded)
        {
            Changed?.Invoke(joined.Value.Id);
        }
        else
        {
            Refused("somebody", from, joined.Refusals[0] == BadToken ? "A machine was not let in: its join token is wrong, used or over." : "A machine was not let in: its tunnel key is another node's.");
        }

        return joined;
    }

    /// <summary>Expects the handshake of a key that its owner has signed for; where no tunnel could be cut, the key is in force at once.</summary>
    /// <param name="isOpen">Whether its tunnel carries something now.</param>
    public async Task ExpectTunnelKeyAsync(string id, WireGuardKey tunnelKey, bool isOpen, CancellationToken cancellationToken)
    {
        if (KeysOf(id) is not { } keys || tunnelKey == keys.TunnelKey || tunnelKey == keys.AwaitedKey)
        {
            return;
        }

        if (isOpen && !IsOfAnother(id, tunnelKey))
        {
            _keys.TryUpdate(id, keys with { AwaitedKey = tunnelKey }, keys);
            Changed?.Invoke(id);
        }
        else
        {
            await ChangeTunnelKeyAsync(id, tunnelKey, cancellationToken);
        }
    }

    /// <summary>Wants another tunnel key of a node, or does not any more.</summary>
    public void WantOtherKey(string id, bool isWanted)
    {
        if (KeysOf(id) is { } keys && keys.IsUnwanted != isWanted && _keys.TryUpdate(id, keys with { IsUnwanted = isWanted }, keys))
        {
            Changed?.Invoke(id);
        }
    }

    /// <summary>Takes note of a tunnel key that its owner has signed for.</summary>
    public async Task ChangeTunnelKeyAsync(string id, WireGuardKey tunnelKey, CancellationToken cancellationToken)
    {
        await database.InTurnAsync(
            async db =>
            {
                if (IsOfAnother(id, tunnelKey))
                {
                    Refused(id, null, $"The machine {feed.Find(id)?.Name ?? id} named another node's key as its own; it was not taken.");
                }
                else if (await db.Set<Node>().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is { } node)
                {
                    node.TunnelKey = tunnelKey.Text;
                    db.Add(AuditEntry.By(ActorOf(node.Id, node.Name, null), time, "node.key_changed", $"The machine {node.Name} made a new key for its tunnel."));
                    await db.SaveChangesAsync(cancellationToken);
                    _keys[id] = new(node.PublicKey!, tunnelKey);
                }
            },
            cancellationToken);
        Changed?.Invoke(id);
    }

    /// <summary>Writes down that the edge's own end of the tunnels has another key.</summary>
    public void NoteEdgeKey() => spool.Add(AuditEntry.By(Actor.System, time, "edge.key_changed", "The edge made a new key for its end of the tunnels."));

    /// <summary>No new sessions on it, or new ones again; those that are there go on.</summary>
    public async Task<Outcome<NodeStatus>> DrainAsync(string idOrName, bool drain, Actor actor, CancellationToken cancellationToken)
    {
        if (Check(actor) is { } refusal)
        {
            return refusal;
        }

        return await database.InTurnAsync<Outcome<NodeStatus>>(
            async db =>
            {
                var known = feed.FindByIdOrName(idOrName);
                var node = known is null ? null : await db.Set<Node>().SingleOrDefaultAsync(row => row.Id == known.Id, cancellationToken);
                if (node is null || known is null)
                {
                    return Refusal.NotFound("node");
                }

                if (known.Draining != drain)
                {
                    node.DrainingSince = drain ? time.GetUtcNow() : null;
                    db.Add(AuditEntry.By(actor, time, drain ? "node.drained" : "node.opened", drain ? $"{node.Name} takes no new sessions." : $"{node.Name} takes new sessions again."));
                    await db.SaveChangesAsync(cancellationToken);
                    feed.Update(node.Id, status => status with { Draining = drain });
                }

                return feed.Find(node.Id) ?? known;
            },
            cancellationToken);
    }

    /// <summary>Forgets a node for good: its key opens nothing any more, and its tunnel is gone.</summary>
    /// <remarks>Its sessions have to be ended first; Exposures' <c>NodeRemoval</c> does both.</remarks>
    public async Task RemoveAsync(NodeStatus node, Actor actor, CancellationToken cancellationToken)
    {
        await database.InTurnAsync(
            async db =>
            {
                if (await db.Set<Node>().SingleOrDefaultAsync(row => row.Id == node.Id, cancellationToken) is { } row)
                {
                    db.Remove(row);
                    db.Add(AuditEntry.By(actor, time, "node.removed", $"{node.Name} was removed."));
                    await db.SaveChangesAsync(cancellationToken);
                }

                _keys.TryRemove(node.Id, out _);
                feed.Remove(node.Id);
            },
            cancellationToken);
        Changed?.Invoke(node.Id);
    }

    /// <summary>Writes down, off everybody's way, that a machine was turned away.</summary>
    public void Refused(string who, string? from, string reason) =>
        spool.Add(AuditEntry.By(ActorOf(who, who, from), time, "node.refused", reason, AuditResult.Refused));

    public static Refusal? Check(Actor actor) => actor.IsAdmin ? null : new(403, RefusalCodes.NotAllowed, "Only admins add, drain and remove nodes.");

    private static Refusal NameInUse(string name) => new(409, RefusalCodes.NameInUse, $"name “{name}” is taken by another node.", "name");

    private async Task<Outcome<NewNode>> CreateAsync(PortPortalDbContext db, NodeRequest request, string? authority, Actor actor, CancellationToken cancellationToken)
    {
        var taken = await db.Set<Node>().Select(node => node.TunnelAddress).ToHashSetAsync(cancellationToken);
        var free = Enumerable.Range(2, Math.Max(0, options.Value.Capacity - 1)).Select(options.Value.AddressOf).FirstOrDefault(address => !taken.Contains(address.ToString()));
        if (free is null)
        {
            return new Refusal(409, RefusalCodes.QuotaReached, $"All {taken.Count} addresses of Nodes:Network are in use. Remove a node, or give a wider network.");
        }

        var now = time.GetUtcNow();
        var token = JoinToken.New(ShortId.New(), authority);
        var node = new Node
        {
            Id = token.NodeId,
            Name = request.Name!,
            Host = request.Host,
            TunnelAddress = free.ToString(),
            TokenHash = token.Hash,
            TokenExpiresAt = now + (request.TokenLife ?? TimeSpan.FromHours(1)),
            CreatedBy = actor.Id,
            CreatedAt = now,
        };
        db.Add(node);
        db.Add(AuditEntry.By(actor, time, "node.created", $"{node.Name} may join until {node.TokenExpiresAt.Value.UtcDateTime:yyyy-MM-dd HH:mm} UTC."));
        await db.SaveChangesAsync(cancellationToken);
        return new NewNode(Publish(node, NodeStatus.Of(node, now)), token.Text);
    }

    private NodeStatus Publish(Node node, NodeStatus status)
    {
        if (node.PublicKey is { } publicKey && WireGuardKey.TryParse(node.TunnelKey, out var tunnelKey))
        {
            _keys[node.Id] = new(publicKey, tunnelKey);
        }

        feed.Publish(status);
        return status;
    }

    /// <summary>Two nodes with one key would be one to the edge, and the second would take the first one's visitors.</summary>
    private bool IsOfAnother(string id, WireGuardKey tunnelKey) =>
        _keys.Any(node => node.Key != id && (node.Value.TunnelKey == tunnelKey || node.Value.AwaitedKey == tunnelKey));

    private static Actor ActorOf(string id, string name, string? from) => new(id, name, Role.Viewer, from);
}
