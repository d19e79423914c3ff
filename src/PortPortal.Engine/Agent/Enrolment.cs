using Microsoft.Extensions.Options;
using PortPortal.Engine.Data;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Tunnels.WireGuard;

namespace PortPortal.Engine.Agent;

/// <summary>Makes this machine a node once, and remembers it.</summary>
internal sealed class Enrolment(DataDirectory data, IOptions<AgentOptions> options)
{
    private readonly string _folder = data.Folder("node");

    /// <summary>What becomes of the desired state when the portal cannot be asked.</summary>
    public string DesiredFile => Path.Combine(_folder, "desired.json");

    public NodeIdentity LoadIdentity() => NodeIdentity.LoadOrCreate(Path.Combine(_folder, "node.key"));

    public WireGuardKeyring LoadTunnelKeys() => new(Path.Combine(_folder, "wireguard.key"));

    /// <summary>The membership that is kept; else a new one on the strength of the token.</summary>
    /// <remarks>Started again with the same command, a machine is still the node it became the first time.</remarks>
    /// <exception cref="InvalidDataException">It is no node, and cannot become one; the message says what to do.</exception>
    public async Task<Membership> LoadOrJoinAsync(CancellationToken cancellationToken)
    {
        var file = Path.Combine(_folder, "membership.json");
        if (Membership.Read(file) is { } known)
        {
            return known;
        }

        if (!Uri.TryCreate(options.Value.Join, UriKind.Absolute, out var portal) || portal.Scheme != Uri.UriSchemeHttps)
        {
            throw new InvalidDataException("This machine is no node yet. Start it with --join and the portal's https address, and --token and the token that an admin was given for it.");
        }

        if (!JoinToken.TryParse(options.Value.Token, out var token))
        {
            throw new InvalidDataException("--token is no join token. It begins with ppn_ and is shown to the admin who adds the node.");
        }

        try
        {
            using var identity = LoadIdentity();
            var authority = token.Authority is null ? null : await PortalClient.FetchAuthorityAsync(portal, token.Authority, cancellationToken);
            using var client = new PortalClient(portal, authority);
            var answer = await client.JoinAsync(new(token.Text, Convert.ToBase64String(identity.PublicKey), LoadTunnelKeys().Current.PublicKey.Text), cancellationToken);
            var membership = new Membership { Id = answer.Id, Name = answer.Name, Portal = new(portal.GetLeftPart(UriPartial.Authority)), Authority = authority };
            membership.Write(file);
            return membership;
        }
        catch (HttpRequestException exception)
        {
            throw new InvalidDataException($"This machine could not join {portal.Host}: {exception.Message}", exception);
        }
    }
}
