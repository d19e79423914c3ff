namespace PortPortal.Components.Live;

/// <summary>Keeps rows where they are while a pointer or the focus is among them: nothing moves away from under a hand.</summary>
internal sealed class HeldOrder
{
    private List<string> _shown = [];

    /// <summary>True while rows must not move.</summary>
    public bool Held { get; set; }

    /// <summary>How many rows would stand elsewhere.</summary>
    public int Waiting { get; private set; }

    /// <summary>The rows in the order to show: as sorted, or as they stood, with new ones at the end.</summary>
    public IReadOnlyList<T> Arrange<T>(IReadOnlyList<T> sorted, Func<T, string> key)
    {
        if (!Held)
        {
            Accept(sorted.Select(key));
            return sorted;
        }

        var byKey = sorted.ToDictionary(key, StringComparer.Ordinal);
        var known = _shown.ToHashSet(StringComparer.Ordinal);
        _shown = [.. _shown.Where(byKey.ContainsKey), .. sorted.Select(key).Where(id => !known.Contains(id))];
        Waiting = sorted.Where((row, i) => _shown[i] != key(row)).Count();
        return _shown.ConvertAll(id => byKey[id]);
    }

    /// <summary>The person asked for the order as it is now.</summary>
    public void Refresh() => _shown = [];

    private void Accept(IEnumerable<string> keys)
    {
        _shown = [.. keys];
        Waiting = 0;
    }
}
