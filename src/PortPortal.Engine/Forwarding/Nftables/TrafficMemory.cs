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
        before = new(
            now.Mark,
            before.BytesIn + (now.BytesIn < last.BytesIn ? last.BytesIn : 0),
            before.BytesOut + (now.BytesOut < last.BytesOut ? last.BytesOut : 0),
            before.Connections + (now.Connections < last.Connections ? last.Connections : 0));
        _seen[now.Mark] = (before, now);
        return new(now.Mark, before.BytesIn + now.BytesIn, before.BytesOut + now.BytesOut, before.Connections + now.Connections);
    }

    public void Forget(uint mark) => _seen.Remove(mark);
}
