namespace PortPortal.Components.Live;

/// <summary>What one open page's person chose in the palette lately, newest first.</summary>
internal sealed class PaletteMemory
{
    private const int Most = 5;
    private readonly LinkedList<string> _keys = [];

    public IEnumerable<string> Keys => _keys;

    public void Add(string key)
    {
        var plain = key.StartsWith("recent-", StringComparison.Ordinal) ? key["recent-".Length..] : key;
        _keys.Remove(plain);
        _keys.AddFirst(plain);
        if (_keys.Count > Most)
        {
            _keys.RemoveLast();
        }
    }
}
