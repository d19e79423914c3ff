using PortPortal.Engine.Common;

namespace PortPortal.Engine.Accounts;

/// <summary>Reads and judges a provider as an admin typed it; adds every fault it finds, and does nothing else.</summary>
internal static class ProviderRules
{
    private const int Longest = 500;
    private const int LongestSecret = 2000;

    public static void Check(ProviderChange change, Faults faults)
    {
        if (!OidcOptionsValidation.IsIssuer(change.Issuer) || change.Issuer.Length > Longest)
        {
            faults.Add(Refusal.Invalid("issuer", "issuer takes an https URL without query, such as https://id.example.com; http only for this machine."));
        }

        if (change.ClientId.Length is 0 or > Longest || !IsVisible(change.ClientId))
        {
            faults.Add(Refusal.Invalid("clientId", $"clientId is missing: the id under which the provider knows PortPortal, of at most {Longest} visible characters."));
        }

        if (change.ClientSecret is { } secret && (secret.Length > LongestSecret || !secret.All(letter => letter is >= ' ' and <= '~')))
        {
            faults.Add(Refusal.Invalid("clientSecret", $"clientSecret takes at most {LongestSecret} characters of ASCII; empty for a public client."));
        }

        // RFC 6749, section 3.3
        if (change.Scopes.Length > Longest || !change.Scopes.All(letter => letter is ' ' or '!' or (>= '#' and <= '[') or (>= ']' and <= '~')))
        {
            faults.Add(Refusal.Invalid("scopes", "scopes takes names with spaces between, such as openid profile email groups."));
        }

        if (change.GroupClaim.Length > Longest || !IsVisible(change.GroupClaim) || change.GroupClaim.Contains(' ', StringComparison.Ordinal))
        {
            faults.Add(Refusal.Invalid("groupClaim", "groupClaim takes the name of one claim, such as groups."));
        }

        if (change.AdminGroups.Length > LongestSecret || !IsVisible(change.AdminGroups))
        {
            faults.Add(Refusal.Invalid("adminGroups", "adminGroups takes names of groups with commas between; empty where admins are made here."));
        }
    }

    private static bool IsVisible(string text) => !text.Any(char.IsControl);
}
