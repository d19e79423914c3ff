namespace PortPortal.Engine.Forwarding.Nftables;

/// <summary>The elements that shall be in the table, counted: forwards of one network share some.</summary>
internal sealed class ElementLedger
{
    private readonly Dictionary<NftElement, int> _uses = [];

    public IReadOnlyCollection<NftElement> Elements => _uses.Keys;

    public bool Contains(NftElement element) => _uses.ContainsKey(element);

    /// <returns>The elements that were not wanted before.</returns>
    public List<NftElement> Add(IEnumerable<NftElement> elements)
    {
        var added = new List<NftElement>();
        foreach (var element in elements)
        {
            var uses = _uses.GetValueOrDefault(element);
            _uses[element] = uses + 1;
            if (uses == 0)
            {
                added.Add(element);
            }
        }

        return added;
    }

    /// <returns>The elements that nobody wants any more.</returns>
    public List<NftElement> Remove(IEnumerable<NftElement> elements)
    {
        var removed = new List<NftElement>();
        foreach (var element in elements)
        {
            if (--_uses[element] == 0)
            {
                _uses.Remove(element);
                removed.Add(element);
            }
        }

        return removed;
    }
}
