namespace PortPortal.Cli.Output;

/// <summary>Text of strangers on a terminal: what could move the cursor or change colours is shown as a dot.</summary>
internal static class Plain
{
    public static string Text(string text) => text.Any(IsRisky) ? string.Concat(text.Select(letter => IsRisky(letter) ? '·' : letter)) : text;

    private static bool IsRisky(char letter) => (char.IsControl(letter) && letter is not ('\n' or '\r')) || letter is >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069';
}
