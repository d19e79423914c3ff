using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace PortPortal.Engine.Exposures;

/// <summary>PINs of exposures: six digits, kept encrypted, shown to owners, compared in constant time.</summary>
/// <remarks>A PIN that can no longer be decrypted, because the key ring was lost, matches nothing; its owner rotates it.</remarks>
internal sealed class ExposurePins(IDataProtectionProvider protection)
{
    public const int Digits = 6;

    private const int Combinations = 1_000_000;
    private readonly IDataProtector _protector = protection.CreateProtector("PortPortal.Exposures.Pin.v1");

    /// <summary>A fresh PIN, encrypted.</summary>
    public string New() => _protector.Protect(RandomNumberGenerator.GetInt32(Combinations).ToString("D6", CultureInfo.InvariantCulture));

    /// <summary>For owners' eyes; null where there is none, or it cannot be read.</summary>
    /// <remarks>The caller has checked that whoever will see it may change the port.</remarks>
    public string? Reveal(ExposureStatus exposure)
    {
        if (exposure.PinProtected is null)
        {
            return null;
        }

        try
        {
            return _protector.Unprotect(exposure.PinProtected);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public bool Matches(ExposureStatus exposure, string attempt) =>
        Reveal(exposure) is { } pin && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(pin), Encoding.UTF8.GetBytes(attempt));
}
