using System.Security.Cryptography;
using System.Text;

namespace PortPortal.Engine.Nodes;

/// <summary>How a node proves that it is itself: it signs what the portal has just made up.</summary>
/// <remarks>
/// What is signed names the protocol, the portal, the node and the tunnel key, so that a signature given to one portal, or for another
/// purpose, is worth nothing here. TLS tells the node that it talks to the portal.
/// </remarks>
internal static class NodeKey
{
    public const int NonceLength = 32;
    private const int MaxLength = 128;

    public static byte[] Statement(string portalHost, string nodeId, ReadOnlySpan<byte> nonce, string? tunnelKey) =>
        Encoding.UTF8.GetBytes($"portportal node stream 1\n{portalHost}\n{nodeId}\n{Convert.ToHexStringLower(nonce)}\n{tunnelKey}");

    /// <summary>True for the public half of a P-256 key, and nothing behind it.</summary>
    public static bool IsWellFormed(byte[] publicKey)
    {
        using var key = TryImport(publicKey);
        return key is not null;
    }

    public static bool Verify(byte[] publicKey, byte[] statement, byte[] signature)
    {
        using var key = TryImport(publicKey);
        return key?.VerifyData(statement, signature, HashAlgorithmName.SHA256) is true;
    }

    private static ECDsa? TryImport(byte[] publicKey)
    {
        var key = ECDsa.Create();
        try
        {
            if (publicKey.Length <= MaxLength)
            {
                key.ImportSubjectPublicKeyInfo(publicKey, out var read);
                if (read == publicKey.Length && key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value)
                {
                    return key;
                }
            }
        }
        catch (CryptographicException)
        {
            // Not a key.
        }

        key.Dispose();
        return null;
    }
}
