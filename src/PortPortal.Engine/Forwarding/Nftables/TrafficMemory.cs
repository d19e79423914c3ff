namespace PortPortal.Engine.Forwarding.Nftables;

/// <summary>Keeps counters rising while the kernel's begin anew with every table that is made.</summary>
internal sealed class TrafficMemory
{
    private readonly Dictionary<uint, (ForwardTraffic Before, ForwardTraffic Last)> _seen = [];

    /// <summary>What was counted altogether, given what the kernel says now.</summary>
    public ForwardTraffic Observe(ForwardTraffic now)
    {
        var zero = new ForwardTraffic(now.Mark, 0, 0, 0);
        var (before, last) = _seen.GetValueOrDefault(now.Mark, (zero, zero));

        // One counter may have been replaced alone, by who deleted its element.
        before = Sum(before, new(
            now.Mark,
            now.BytesIn < last.BytesIn ? last.BytesIn : 0,
            now.BytesOut < last.BytesOut ? last.BytesOut : 0,
            now.Connections < last.Connections ? last.Connections : 0));
        _seen[now.Mark] = (before, now);
        return Sum(before, now);
    }

    /// <summary>All counters of the kernel are at zero now.</summary>
    public void BeginAnew()
    {
        foreach (var (mark, (before, last)) in _seen)
        {
            _seen[mark] = (Sum(before, last), new(mark, 0, 0, 0));
        }
    }

    public void Forget(uint mark) => _seen.Remove(mark);

    public static ForwardTraffic Sum(ForwardTraffic one, ForwardTraffic other) =>
        new(one.Mark, one.BytesIn + other.BytesIn, one.BytesOut + other.BytesOut, one.Connections + other.Connections);
}
