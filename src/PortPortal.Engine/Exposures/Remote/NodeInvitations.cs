using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PortPortal.Engine.Certificates;
using PortPortal.Engine.Common;
using PortPortal.Engine.Nodes;

namespace PortPortal.Engine.Exposures.Remote;

/// <summary>Announces a machine, and says what to run on it.</summary>
internal sealed class NodeInvitations(NodeService nodes, CertificateSource certificates, PublicAddress address)
{
    /// <param name="faults">What reading the request has found already.</param>
    public async Task<Outcome<NodeInvitation>> InviteAsync(NodeRequest request, Actor actor, Faults faults, CancellationToken cancellationToken)
    {
        var created = await nodes.CreateAsync(request, Fingerprint(), actor, faults, cancellationToken);
        if (!created.Succeeded)
        {
            return created.Refused<NodeInvitation>();
        }

        var (status, token) = (created.Value.Status, created.Value.Token);
        return new NodeInvitation(status, token, $"dotnet PortPortal.dll --role node --join {address.Portal.AbsoluteUri.TrimEnd('/')} --token {token}");
    }

    /// <summary>Of the portal's own authority, which the machine cannot know yet; null for a certificate that everybody trusts.</summary>
    private string? Fingerprint()
    {
        if (certificates.Status.IsGiven)
        {
            return null;
        }

        using var authority = X509CertificateLoader.LoadCertificateFromFile(certificates.Status.Path);
        return Convert.ToHexStringLower(SHA256.HashData(authority.RawData));
    }
}

/// <param name="Status">The node, waiting to be joined.</param>
/// <param name="Token">The secret; nothing can show it again.</param>
/// <param name="Command">What to run on the machine.</param>
internal sealed record NodeInvitation(NodeStatus Status, string Token, string Command);
