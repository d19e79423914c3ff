using System.Security.Cryptography;
using PortPortal.Engine.Common;
using PortPortal.Engine.Nodes;

namespace PortPortal.Engine.Agent;

/// <summary>The key this machine signs with, made here and kept in a file that only its owner reads.</summary>
internal sealed class NodeIdentity : IDisposable
{
    private const UnixFileMode OwnerReadsWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly ECDsa _key;

    private NodeIdentity(ECDsa key) => _key = key;

    public byte[] PublicKey => _key.ExportSubjectPublicKeyInfo();

    /// <exception cref="InvalidDataException">The file holds no key.</exception>
    public static NodeIdentity LoadOrCreate(string path)
    {
        if (!File.Exists(path))
        {
            using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            DurableFile.Write(path, made.ExportPkcs8PrivateKeyPem() + "\n", OwnerReadsWrites);
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            return new(key);
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new InvalidDataException($"{path} holds no key. Remove the folder it is in and join again with a new token.", exception);
        }
    }

    public byte[] Sign(string portalHost, string nodeId, byte[] nonce, string tunnelKey) =>
        _key.SignData(NodeKey.Statement(portalHost, nodeId, nonce, tunnelKey), HashAlgorithmName.SHA256);

    public void Dispose() => _key.Dispose();
}
