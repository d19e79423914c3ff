using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PortPortal.Engine.Common;

/// <summary>A mail address in one spelling only: ASCII, lower case, its domain in A-labels; two spellings of one mailbox are equal.</summary>
/// <remarks>
/// Narrower than RFC 5321 on purpose: no quotes, comments, literals, routes, or a second <c>@</c>, because those are how one address poses as another.
/// The local part is compared without letter case, as every large mail host does.
/// </remarks>
public sealed record EmailAddress
{
    private const int MaxLength = 254;
    private const int MaxLocalLength = 64;
    private static readonly SearchValues<char> LocalLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.#$&'*+-/=?^_`{|}~");

    private EmailAddress(string local, string domain) => (Local, Domain) = (local, domain);

    public string Local { get; }

    public string Domain { get; }

    public override string ToString() => $"{Local}@{Domain}";

    public static bool TryParse(string? text, [NotNullWhen(true)] out EmailAddress? address)
    {
        address = null;
        var trimmed = text.AsSpan().Trim(" \t");
        var at = trimmed.IndexOf('@');
        if (at <= 0 || at != trimmed.LastIndexOf('@') || trimmed.Length > MaxLength || at > MaxLocalLength)
        {
            return false;
        }

        var local = trimmed[..at];
        if (local.ContainsAnyExcept(LocalLetters) || local[0] == '.' || local[^1] == '.' || local.Contains("..", StringComparison.Ordinal))
        {
            return false;
        }

        if (!EmailDomain.TryNormalize(trimmed[(at + 1)..], out var domain) || local.Length + 1 + domain.Length > MaxLength)
        {
            return false;
        }

        // Only ASCII is left here, so nothing outside it can fold into it.
        address = new(local.ToString().ToLowerInvariant(), domain);
        return true;
    }
}

/// <summary>A mail domain of at least two labels, as ASCII in lower case.</summary>
internal static class EmailDomain
{
    private const int MaxLength = 253;
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    public static bool TryNormalize(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? domain)
    {
        domain = null;
        var labels = new List<string>(4);
        foreach (var range in text.Split('.'))
        {
            if (!TryLabel(text[range], out var label))
            {
                return false;
            }

            labels.Add(label);
        }

        var joined = string.Join('.', labels);
        if (labels.Count < 2 || joined.Length > MaxLength || labels[^1].All(char.IsAsciiDigit))
        {
            return false;
        }

        domain = joined;
        return true;
    }

    private static bool TryLabel(ReadOnlySpan<char> label, [NotNullWhen(true)] out string? ascii)
    {
        ascii = null;
        if (label.Length is 0 or > DnsLabel.MaxLength || label[0] == '-' || label[^1] == '-')
        {
            return false;
        }

        var isAscii = true;
        foreach (var c in label)
        {
            if (char.IsAscii(c) ? !char.IsAsciiLetterOrDigit(c) && c != '-' : !IsPlainLetter(c))
            {
                return false;
            }

            isAscii &= char.IsAscii(c);
        }

        if (isAscii)
        {
            ascii = label.ToString().ToLowerInvariant();
            return true;
        }

        try
        {
            ascii = Idn.GetAscii(label.ToString()).ToLowerInvariant();
            return ascii.Length <= DnsLabel.MaxLength;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>True for a letter that no mapping (case, width, compatibility; UTS 46) turns into something else; the rest is refused, not guessed at.</summary>
    private static bool IsPlainLetter(char c) =>
        CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
        && c is not ('ª' or 'º' or 'ı' or 'ŀ' or 'ŉ' or 'ſ' or (>= '\u01C4' and <= '\u01CC') or (>= '\u01F1' and <= '\u01F3')
            or (>= '\u1D00' and <= '\u1DBF') or (>= '\u2000' and <= '\u2BFF') or (>= '\u3131' and <= '\u318E')
            or (>= '\uF900' and <= '\uFFFF'));
}
