using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Accounts;

/// <summary>The written form of an API key: <c>pp_{id}_{secret}{checksum}</c>.</summary>
/// <remarks>
/// Twelve characters find the key, 32 (160 bits) prove it, six let a scanner tell a real key from a look-alike without asking;
/// the shape follows GitHub's tokens (github.blog, 2021-04-05).
/// </remarks>
internal static class ApiKeyText
{
    public const string Prefix = "pp_";

    private const int SecretLength = 32;
    private const int ChecksumLength = 6;
    private const int AdminKeyLength = 32;
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);
    private static readonly SearchValues<char> AdminLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public static (string Text, byte[] SecretHash) New(string id)
    {
        var secret = ShortId.NewToken(SecretLength);
        var body = $"{Prefix}{id}_{secret}";
        return (body + Checksum(body), Hash(secret));
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out string? id, [NotNullWhen(true)] out byte[]? secretHash)
    {
        (id, secretHash) = (null, null);
        var idEnd = Prefix.Length + ShortId.Length;
        if (text.Length != idEnd + 1 + SecretLength + ChecksumLength
            || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || text[idEnd] != '_'
            || text.AsSpan(Prefix.Length, ShortId.Length).ContainsAnyExcept(Letters)
            || text.AsSpan(idEnd + 1).ContainsAnyExcept(Letters)
            || !text.EndsWith(Checksum(text[..^ChecksumLength]), StringComparison.Ordinal))
        {
            return false;
        }

        id = text[Prefix.Length..idEnd];
        secretHash = Hash(text.Substring(idEnd + 1, SecretLength));
        return true;
    }

    public static bool IsAdminKey(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal)
        && text.Length >= Prefix.Length + AdminKeyLength
        && !text.AsSpan().ContainsAnyExcept(AdminLetters);

    /// <summary>True for anything that could be one of our keys, whole or damaged.</summary>
    public static bool LooksLikeKey(string text) => text.StartsWith(Prefix, StringComparison.Ordinal) && text.Length >= Prefix.Length + AdminKeyLength;

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private static string Checksum(string body)
    {
        var hash = Hash(body);
        return string.Create(ChecksumLength, hash, (text, bytes) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = Alphabet[bytes[i] & 31];
            }
        });
    }
}
