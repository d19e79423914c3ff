using System.Buffers;
using System.Security.Cryptography;

namespace PortPortal.Engine.Common;

/// <summary>Ids that fit a host label and cannot be guessed: 12 lower-case base32 characters (RFC 4648), 60 random bits.</summary>
public static class ShortId
{
    public const int Length = 12;
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    public static string New() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>The same alphabet at another length, 5 bits a character: 26 for a 128-bit token.</summary>
    public static string NewToken(int length) => RandomNumberGenerator.GetString(Alphabet, length);

    public static bool IsWellFormed(ReadOnlySpan<char> text) => text.Length == Length && !text.ContainsAnyExcept(Letters);
}
