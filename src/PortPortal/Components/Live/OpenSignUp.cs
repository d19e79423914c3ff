using PortPortal.Engine.Common;

namespace PortPortal.Components.Live;

/// <summary>Mail domains where anyone can make an address: a rule for the whole domain is a rule for everyone.</summary>
internal static class OpenSignUp
{
    private static readonly HashSet<string> Domains = new(StringComparer.Ordinal)
    {
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "ymail.com", "icloud.com", "me.com", "aol.com",
        "gmx.com", "gmx.de", "gmx.net", "gmx.at", "web.de", "t-online.de", "freenet.de", "mail.com", "proton.me", "protonmail.com", "tutanota.com", "tuta.io",
        "fastmail.com", "zoho.com", "hey.com", "yandex.com", "yandex.ru", "mail.ru", "qq.com", "163.com", "126.com", "naver.com", "laposte.net", "orange.fr", "libero.it",
    };

    public static bool Covers(EmailRule rule) => rule is { Kind: EmailRuleKind.Domain, Excludes: false } && Domains.Contains(rule.Value);
}
