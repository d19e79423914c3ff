using System.Buffers;

namespace PortPortal.Engine.Common;

/// <summary>The rule for every name that becomes part of a host name (RFC 1123, lower case).</summary>
public static class DnsLabel
{
    public const int MaxLength = 63;

    /// <summary>One sentence for refusals, to follow the field's name.</summary>
    public const string Rule = "takes a–z, 0–9 and hyphens, at most 63 characters, no hyphen at either end and no two in a row";

    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>The nearest label to a name that people gave to something else; null where nothing of it is left.</summary>
    public static string? From(string name)
    {
        var words = name.ToLowerInvariant().Split([.. name.ToLowerInvariant().Where(c => !char.IsAsciiLetterOrDigit(c)).Distinct()], StringSplitOptions.RemoveEmptyEntries);
        var label = string.Join('-', words);
        label = label.Length <= MaxLength ? label : label[..MaxLength].TrimEnd('-');
        return label.Length > 0 ? label : null;
    }

    public static bool IsWellFormed(ReadOnlySpan<char> label) =>
        label.Length is > 0 and <= MaxLength
        && label[0] != '-'
        && label[^1] != '-'
        && !label.ContainsAnyExcept(Letters)
        && label.IndexOf("--", StringComparison.Ordinal) < 0;
}
