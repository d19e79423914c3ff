using System.Security.Cryptography;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Tunnels.WireGuard;

/// <summary>This machine's key pair, made here and kept in a file that only its owner reads; the private half goes nowhere else.</summary>
public sealed class WireGuardIdentity
{
    private const UnixFileMode OwnerReadsWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly byte[] _privateKey;

    private WireGuardIdentity(byte[] privateKey) => (_privateKey, PublicKey) = (privateKey, WireGuardKey.Of(Curve25519.PublicKeyOf(privateKey)));

    public WireGuardKey PublicKey { get; }

    internal string PrivateHex => Convert.ToHexStringLower(_privateKey);

    internal string PrivateText => Convert.ToBase64String(_privateKey);

    /// <summary>The pair in the file, or a new one where there is no file.</summary>
    /// <exception cref="InvalidDataException">The file holds something else; it is not replaced, because others know the public half.</exception>
    public static WireGuardIdentity LoadOrCreate(string path)
    {
        if (!File.Exists(path))
        {
            DurableFile.Write(path, Convert.ToBase64String(NewPrivateKey()) + "\n", OwnerReadsWrites);
        }

        UnixModes.Set(path, OwnerReadsWrites);
        Span<byte> key = stackalloc byte[48];
        return Convert.TryFromBase64String(File.ReadAllText(path).Trim(), key, out var count) && count == Curve25519.KeyLength
            ? new(key[..count].ToArray())
            : throw new InvalidDataException($"{path} holds no WireGuard key. Remove it to get a new one; the other end has to be told its public half.");
    }

    /// <summary>With the bits set that RFC 7748 section 5 asks for, so that every program derives the same public key.</summary>
    private static byte[] NewPrivateKey()
    {
        var key = RandomNumberGenerator.GetBytes(Curve25519.KeyLength);
        key[0] &= 248;
        key[31] = (byte)((key[31] & 127) | 64);
        return key;
    }
}
