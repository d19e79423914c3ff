using System.Collections;

namespace PortPortal.Engine.Common;

/// <summary>Everything wrong with one request, gathered while it is read and judged: the first fault of each field.</summary>
public sealed class Faults : IReadOnlyList<Refusal>
{
    private readonly List<Refusal> _all = [];

    public int Count => _all.Count;

    public Refusal this[int index] => _all[index];

    /// <summary>A field that could not be read is not judged as well.</summary>
    public void Add(Refusal refusal)
    {
        if (refusal.Field is null || !_all.Exists(known => known.Field == refusal.Field))
        {
            _all.Add(refusal);
        }
    }

    public IEnumerator<Refusal> GetEnumerator() => _all.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
