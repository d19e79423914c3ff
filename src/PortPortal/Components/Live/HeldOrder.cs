namespace PortPortal.Components.Live;

/// <summary>Keeps rows where they are while a pointer or the focus is among them: nothing moves away from under a hand.</summary>
internal sealed class HeldOrder
{
    private IEnumerable<string> _shown = []; // read only where rows are held

    /// <summary>True while rows must not move.</summary>
    public bool Held { get; set; }

    /// <summary>How many rows would stand elsewhere.</summary>
    public int Waiting { get; private set; }

    /// <summary>The rows in the order to show: as sorted, or as they stood, with new ones at the end.</summary>
    public IReadOnlyList<T> Arrange<T>(IReadOnlyList<T> sorted, Func<T, string> key)
    {
        if (!Held)
        {
            (_shown, Waiting) = (sorted.Select(key), 0);
            return sorted;
        }

        var byKey = sorted.ToDictionary(key, StringComparer.Ordinal);
        var known = _shown.ToHashSet(StringComparer.Ordinal);
        List<string> shown = [.. _shown.Where(byKey.ContainsKey), .. sorted.Select(key).Where(id => !known.Contains(id))];
        (_shown, Waiting) = (shown, sorted.Where((row, i) => shown[i] != key(row)).Count());
        return shown.ConvertAll(id => byKey[id]);
    }

    /// <summary>The person asked for the order as it is now.</summary>
    public void Refresh() => _shown = [];
}
