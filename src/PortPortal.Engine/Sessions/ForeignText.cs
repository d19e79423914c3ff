using System.Globalization;
using System.Text;

namespace PortPortal.Engine.Sessions;

/// <summary>Text that strangers wrote (a process can call itself anything) made fit to stand in a line of ours.</summary>
/// <remarks>Control, format (bidirectional overrides among them), separator, private and unassigned characters become one blank. Encoding for HTML stays with the page.</remarks>
internal static class ForeignText
{
    /// <summary>At most <paramref name="maxLength"/> characters, cut between characters and marked with an ellipsis.</summary>
    public static string Clean(ReadOnlySpan<byte> utf8, int maxLength)
    {
        var text = new StringBuilder(Math.Min(utf8.Length, maxLength));
        while (!utf8.IsEmpty)
        {
            // An undecodable byte comes out as U+FFFD, which is harmless and shows that something was there.
            _ = Rune.DecodeFromUtf8(utf8, out var rune, out var consumed);
            utf8 = utf8[consumed..];
            var piece = IsShown(rune) ? rune : new Rune(' ');
            if (Rune.IsWhiteSpace(piece) && (text.Length == 0 || text[^1] == ' '))
            {
                continue;
            }

            text.Append(Rune.IsWhiteSpace(piece) ? " " : piece.ToString());
            if (text.Length > maxLength)
            {
                break;
            }
        }

        return Cut(text.ToString().TrimEnd(), maxLength);
    }

    public static string Clean(string text, int maxLength) => Clean(Encoding.UTF8.GetBytes(text), maxLength);

    private static string Cut(string text, int maxLength)
    {
        if (text.Length <= maxLength)
        {
            return text;
        }

        var end = maxLength - 1;
        return (char.IsHighSurrogate(text[end - 1]) ? text[..(end - 1)] : text[..end]) + "…";
    }

    private static bool IsShown(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned);
}
