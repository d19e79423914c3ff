using System.Buffers;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Accounts;

/// <summary>What a name, an address and a password may be; every check adds its fault to the list, so that all are reported together.</summary>
internal static class AccountRules
{
    public const int PasswordMinimum = 12;
    public const int PasswordMaximum = 256;

    private const int EmailMaximum = 254; // RFC 5321
    private const int LocalPartMaximum = 64; // RFC 5321, section 4.5.3.1.1
    private const int DistinctMinimum = 5;
    private static readonly SearchValues<char> LocalPart = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.!#$&'*+-/=?^_`{|}~");

    public static string CheckName(string? name, Faults faults, string field = "name")
    {
        var trimmed = name?.Trim() ?? "";
        if (trimmed.Length is 0 or > User.NameLength || trimmed.Any(char.IsControl))
        {
            faults.Add(Refusal.Invalid(field, $"The name takes 1 to {User.NameLength} characters on one line."));
        }

        return trimmed;
    }

    public static string CheckEmail(string? email, Faults faults, string field = "email")
    {
        var trimmed = email?.Trim() ?? "";
        if (!IsEmail(trimmed))
        {
            faults.Add(Refusal.Invalid(field, "The e-mail takes one address such as mira@example.com; a domain with other letters in its xn-- form."));
        }

        return trimmed;
    }

    /// <remarks>NIST SP 800-63B, section 3.1.1.2: length counts, composition rules do not.</remarks>
    public static string CheckPassword(string? password, string name, string email, Faults faults, string field = "password")
    {
        var given = password ?? "";
        if (given.Length is < PasswordMinimum or > PasswordMaximum)
        {
            faults.Add(Refusal.Invalid(field, $"The passphrase takes {PasswordMinimum} to {PasswordMaximum} characters; four random words do well."));
        }
        else if (given.Distinct().Count() < DistinctMinimum || Same(given, name) || Same(given, email))
        {
            faults.Add(Refusal.Invalid(field, $"The passphrase needs at least {DistinctMinimum} different characters, and is neither the name nor the e-mail."));
        }

        return given;
    }

    /// <summary>One plain ASCII address with exactly one @: no quotes, comments, routes or literals (RFC 5321 allows them, nobody has them).</summary>
    public static bool IsEmail(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return text.Length <= EmailMaximum
            && at is > 0 and <= LocalPartMaximum
            && IsLocalPart(text.AsSpan(0, at))
            && IsDomain(text[(at + 1)..]);
    }

    private static bool IsLocalPart(ReadOnlySpan<char> local)
    {
        Span<char> lower = stackalloc char[local.Length];
        return local.ToLowerInvariant(lower) > 0 && !lower.ContainsAnyExcept(LocalPart) && local[0] != '.' && local[^1] != '.';
    }

    private static bool IsDomain(string domain)
    {
        var labels = domain.ToLowerInvariant().Split('.');
        return labels.Length > 1 && labels.All(IsDomainLabel);
    }

    private static bool IsDomainLabel(string label) =>
        label.Length is > 0 and <= DnsLabel.MaxLength
        && label[0] != '-'
        && label[^1] != '-'
        && label.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
