using System.Buffers.Binary;

namespace PortPortal.Engine.Edge.Listener;

/// <summary>Reads the one extension of a TLS hello that tells TLS 1.3 from 1.2 (RFC 8446, section 4.2.1).</summary>
internal static class SupportedVersions
{
    private const int VersionAndRandom = 34;
    private const int Extension = 43;
    private const int Tls13 = 0x0304;

    /// <param name="hello">The body of the message; a malformed one includes nothing.</param>
    public static bool IncludeTls13(ReadOnlySpan<byte> hello)
    {
        var rest = hello.Length > VersionAndRandom ? hello[VersionAndRandom..] : [];
        var hasExtensions = TryTake(ref rest, 1, out _) // session id
            && TryTake(ref rest, 2, out _) // cipher suites
            && TryTake(ref rest, 1, out _); // compression methods
        if (!hasExtensions || !TryTake(ref rest, 2, out var extensions))
        {
            return false;
        }

        while (extensions.Length > 2)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            extensions = extensions[2..];
            if (!TryTake(ref extensions, 2, out var content))
            {
                return false;
            }

            if (type == Extension)
            {
                return TryTake(ref content, 1, out var versions) && Names(versions, Tls13);
            }
        }

        return false;
    }

    private static bool Names(ReadOnlySpan<byte> versions, int version)
    {
        for (; versions.Length >= 2; versions = versions[2..])
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(versions) == version)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes a vector whose length is in the <paramref name="lengthBytes"/> before it.</summary>
    private static bool TryTake(ref ReadOnlySpan<byte> rest, int lengthBytes, out ReadOnlySpan<byte> taken)
    {
        taken = [];
        if (rest.Length < lengthBytes)
        {
            return false;
        }

        int length = lengthBytes == 1 ? rest[0] : BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (rest.Length - lengthBytes < length)
        {
            return false;
        }

        taken = rest.Slice(lengthBytes, length);
        rest = rest[(lengthBytes + length)..];
        return true;
    }
}
