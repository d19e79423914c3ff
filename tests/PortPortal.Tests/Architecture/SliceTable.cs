namespace PortPortal.Tests.Architecture;

/// <summary>The table of docs/architecture.md: each slice, and the slices it may use.</summary>
internal static class SliceTable
{
    public static Dictionary<string, HashSet<string>> Read(string markdown)
    {
        var table = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var rows = markdown.Split("## Slices")[1].Split("\n## ")[0].Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1);
        foreach (var cells in rows.Select(row => row.Split('|', StringSplitOptions.TrimEntries)))
        {
            var allowed = cells[2] == "all of the above" ? [.. table.Keys] : Names(cells[2]).ToHashSet(StringComparer.Ordinal);
            foreach (var slice in Names(cells[1]))
            {
                table.Add(slice, allowed);
            }
        }

        return table;
    }

    private static IEnumerable<string> Names(string cell) => cell.Split(',', StringSplitOptions.TrimEntries).Where(name => name != "–");
}
