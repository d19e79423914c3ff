using System.Collections.Frozen;
using System.Net;
using PortPortal.Engine.Access;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Revocations;

/// <summary>Everyone whom owners keep out, live; the gate asks it at every request.</summary>
public sealed class KeptOutFeed : LiveFeed<KeptOut>
{
    private readonly TimeProvider _time;
    private volatile FrozenDictionary<string, Bar[]> _byExposure = FrozenDictionary<string, Bar[]>.Empty;

    public KeptOutFeed(TimeProvider time)
        : base(keptOut => keptOut.Id, time)
    {
        _time = time;
        Publishing += _ => _byExposure = Items.Values.GroupBy(keptOut => keptOut.ExposureId, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.Select(keptOut => new Bar(keptOut)).ToArray(), StringComparer.Ordinal);
    }

    /// <summary>Of one exposure, oldest first.</summary>
    public IEnumerable<KeptOut> Of(string exposureId) =>
        Items.Values.Where(keptOut => keptOut.ExposureId == exposureId && !IsOver(keptOut)).OrderBy(keptOut => keptOut.At).ThenBy(keptOut => keptOut.Id, StringComparer.Ordinal);

    /// <summary>Takes out what time has ended.</summary>
    public void DropEnded() => Remove(Items.Values.Where(IsOver).Select(keptOut => keptOut.Id));

    /// <summary>True where an owner keeps this visitor out, by who they are or by where they come from.</summary>
    internal bool Covers(string exposureId, IPAddress from, Grant? grant, VisitorAccount? account)
    {
        if (!_byExposure.TryGetValue(exposureId, out var bars))
        {
            return false;
        }

        foreach (var bar in bars)
        {
            if (!IsOver(bar.KeptOut) && bar.Covers(from, grant, account))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True where an owner keeps out whoever proves this address.</summary>
    internal bool CoversEmail(string exposureId, string email) =>
        _byExposure.TryGetValue(exposureId, out var bars) && bars.Any(bar => bar.KeptOut.Email == email && !IsOver(bar.KeptOut));

    private bool IsOver(KeptOut keptOut) => keptOut.Until <= _time.GetUtcNow();

    /// <summary>The same, read once.</summary>
    private sealed class Bar(KeptOut keptOut)
    {
        private const int Ipv6Prefix = 64;
        private const int Ipv4Prefix = 32;

        private readonly IPNetwork? _network = keptOut.Address is { } text && IPAddress.TryParse(text, out var address) ? NetworkOf(address) : null;

        public KeptOut KeptOut => keptOut;

        public bool Covers(IPAddress from, Grant? grant, VisitorAccount? account) =>
            _network?.Contains(from) is true
            || (keptOut.UserId is { } user && user == account?.UserId)
            || (keptOut.Email is { } email && (email == grant?.Email || email == account?.VerifiedEmail));

        private static IPNetwork NetworkOf(IPAddress address)
        {
            var bytes = address.GetAddressBytes();
            if (bytes.Length == 4)
            {
                return new(address, Ipv4Prefix);
            }

            bytes.AsSpan(Ipv6Prefix / 8).Clear();
            return new(new IPAddress(bytes), Ipv6Prefix);
        }
    }
}
