namespace PortPortal.Components.Live;

/// <summary>The word that someone who mistyped probably meant.</summary>
internal static class NearestWord
{
    private const int FarthestEdit = 2;

    /// <summary>The closest of the names' parts, at most two edits away; null where none is.</summary>
    public static string? Find(string typed, IEnumerable<string> names) => names
        .SelectMany(name => name.Split('-').Append(name))
        .Distinct(StringComparer.Ordinal)
        .Select(word => (Word: word, Edits: Edits(typed.ToLowerInvariant(), word)))
        .Where(candidate => candidate.Edits <= FarthestEdit && candidate.Edits < candidate.Word.Length)
        .OrderBy(candidate => candidate.Edits)
        .ThenBy(candidate => candidate.Word, StringComparer.Ordinal)
        .Select(candidate => candidate.Word)
        .FirstOrDefault();

    /// <summary>Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).</summary>
    private static int Edits(string a, string b)
    {
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                cost[i, j] = (i, j) switch
                {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => Math.Min(Math.Min(cost[i - 1, j] + 1, cost[i, j - 1] + 1), cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)),
                };
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[a.Length, b.Length];
    }
}
