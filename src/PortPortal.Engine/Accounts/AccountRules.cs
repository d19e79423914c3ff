using PortPortal.Engine.Common;

namespace PortPortal.Engine.Accounts;

/// <summary>What a name, an address and a password may be; every check adds its fault to the list, so that all are reported together.</summary>
internal static class AccountRules
{
    public const int PasswordMinimum = 12;
    public const int PasswordMaximum = 256;

    private const int DistinctMinimum = 5;

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
        if (EmailAddress.TryParse(email, out var address))
        {
            return address.ToString();
        }

        faults.Add(Refusal.Invalid(field, "The e-mail takes one plain address, such as mira@example.com."));
        return "";
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

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
