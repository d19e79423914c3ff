using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.ShareLinks.Previews;

/// <summary>Writes and reads the signed token that is a preview link's host label: 63 characters of base32, checked without a database.</summary>
/// <remarks>
/// <code>
/// a | exposure: 12 | link: 12 | end: 7, seconds since 1970 | HMAC-SHA256 of all that, cut to 155 bits: 31
/// </code>
/// A host label is lower-cased on its way, holds at most 63 characters and no padding (RFC 1035), so every character carries 5 bits and has one spelling.
/// The first character names the format and with it the key.
/// </remarks>
internal sealed class PreviewTokens
{
    public const int Length = 63;
    public const int KeyLength = 32;

    private const char Format = 'a';
    private const int EndLength = 7;
    private const int LinkAt = 1 + ShortId.Length;
    private const int EndAt = LinkAt + ShortId.Length;
    private const int MacAt = EndAt + EndLength;
    private const int MacLength = Length - MacAt;
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    private volatile byte[]? _key;

    /// <summary>Sets the key, once it has been read from the database; without one no token is genuine.</summary>
    public void Use(byte[] key) => _key = key.Length == KeyLength ? key : throw new ArgumentException($"The key has {KeyLength} bytes.", nameof(key));

    public string Write(PreviewToken token)
    {
        Span<char> text = stackalloc char[Length];
        text[0] = Format;
        token.ExposureId.CopyTo(text[1..]);
        token.LinkId.CopyTo(text[LinkAt..]);
        var seconds = token.ExpiresAt.ToUnixTimeSeconds();
        for (var i = MacAt - 1; i >= EndAt; i--)
        {
            text[i] = Alphabet[(int)(seconds & 31)];
            seconds >>= 5;
        }

        Sign(_key ?? throw new InvalidOperationException("The key has not been read yet."), text[..MacAt], text[MacAt..]);
        return text.ToString();
    }

    /// <summary>What a genuine token says, whether it is over or not; null for everything else.</summary>
    public PreviewToken? Read(ReadOnlySpan<char> text)
    {
        if (_key is not { } key || text.Length != Length || text.ContainsAnyExcept(Letters) || text[0] != Format)
        {
            return null;
        }

        Span<char> mac = stackalloc char[MacLength];
        Sign(key, text[..MacAt], mac);
        if (!CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(text[MacAt..]), MemoryMarshal.AsBytes(mac)))
        {
            return null;
        }

        var seconds = 0L;
        foreach (var letter in text[EndAt..MacAt])
        {
            seconds = (seconds << 5) | (uint)Alphabet.IndexOf(letter, StringComparison.Ordinal);
        }

        return new(text[1..LinkAt].ToString(), text[LinkAt..EndAt].ToString(), DateTimeOffset.FromUnixTimeSeconds(seconds));
    }

    private static void Sign(byte[] key, ReadOnlySpan<char> signed, Span<char> mac)
    {
        Span<byte> bytes = stackalloc byte[MacAt];
        Encoding.ASCII.GetBytes(signed, bytes);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, bytes, hash);
        for (var i = 0; i < mac.Length; i++)
        {
            var bit = i * 5;
            var pair = (hash[bit / 8] << 8) | hash[(bit / 8) + 1];
            mac[i] = Alphabet[(pair >> (11 - (bit % 8))) & 31];
        }
    }
}

/// <summary>What a preview link's token says.</summary>
internal sealed record PreviewToken(string ExposureId, string LinkId, DateTimeOffset ExpiresAt);
