namespace PortPortal.Cli.Output;

/// <summary>Rows under headings, as wide as their widest cell.</summary>
internal static class Columns
{
    private const int Gap = 2;

    public static string Of(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = rows.Select(row => row.Select(Cell).ToList()).Prepend([.. headings]).ToList();
        var widths = headings.Select((_, column) => all.Max(row => row[column].Length)).ToList();
        return string.Join(Environment.NewLine, all.Select(row => string.Concat(row.Select((cell, column) => cell.PadRight(widths[column] + Gap))).TrimEnd()));
    }

    private static string Cell(string text) => Plain.Text(text).ReplaceLineEndings(" ");
}
