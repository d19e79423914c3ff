using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Nodes;

/// <summary>What a machine brings to join once: <c>ppn_{node}_{secret}[_{authority}]</c>.</summary>
/// <remarks>
/// The last part is the fingerprint of the portal's own authority, so that the machine knows whom it talks to before it sends the secret;
/// it is left out where the portal's certificate comes from an authority that everybody trusts.
/// </remarks>
internal sealed record JoinToken
{
    private const string Prefix = "ppn";
    private const int SecretLength = 26; // 130 bits

    private JoinToken(string nodeId, string secret, string? authority) => (NodeId, Secret, Authority) = (nodeId, secret, authority);

    public string NodeId { get; }

    public string Secret { get; }

    /// <summary>Lower-case hexadecimal SHA-256 of the authority's certificate.</summary>
    public string? Authority { get; }

    public string Text => Authority is null ? $"{Prefix}_{NodeId}_{Secret}" : $"{Prefix}_{NodeId}_{Secret}_{Authority}";

    public byte[] Hash => SHA256.HashData(Encoding.ASCII.GetBytes(Secret));

    public static JoinToken New(string nodeId, string? authority) => new(nodeId, ShortId.NewToken(SecretLength), authority);

    public static bool TryParse(string? text, [NotNullWhen(true)] out JoinToken? token)
    {
        token = text?.Split('_') is [Prefix, var id, var secret, .. var rest] && ShortId.IsWellFormed(id) && secret.Length == SecretLength
            && rest is [] or [{ Length: 64 }] && rest.All(part => part.All(char.IsAsciiHexDigitLower))
            ? new(id, secret, rest.FirstOrDefault())
            : null;
        return token is not null;
    }

    /// <summary>It is a secret: no log shows it.</summary>
    public override string ToString() => $"{Prefix}_{NodeId}_…";
}
