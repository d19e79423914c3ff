using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.ShareLinks;

/// <summary>Tokens of share links: 130 random bits, looked up by their hash, kept encrypted, shown to owners.</summary>
/// <remarks>A token that can no longer be decrypted, because the key ring was lost, still opens its link; nobody is shown it any more.</remarks>
internal sealed class ShareLinkTokens(IDataProtectionProvider protection, PublicAddress address)
{
    public const int Length = 26;
    public const int StartLength = 4;

    private readonly IDataProtector _protector = protection.CreateProtector("PortPortal.ShareLinks.Token.v1");

    public static string New() => ShortId.NewToken(Length);

    /// <remarks>A token is as random as a key: a plain hash cannot be searched.</remarks>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token)));

    public static bool IsWellFormed(string token) => token.Length == Length && token.All(c => c is (>= 'a' and <= 'z') or (>= '2' and <= '7'));

    public string Protect(string token) => _protector.Protect(token);

    /// <summary>For owners' eyes; null where it cannot be read.</summary>
    /// <remarks>The caller has checked that whoever will see it may change the port.</remarks>
    public string? Reveal(ShareLinkStatus link)
    {
        try
        {
            return _protector.Unprotect(link.TokenProtected);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public Uri UrlOf(string token) => new(address.UrlOf(address.BaseDomain), $"share/{token}");
}
