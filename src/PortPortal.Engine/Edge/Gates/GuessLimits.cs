using System.Net;
using PortPortal.Engine.Accounts;

namespace PortPortal.Engine.Edge.Gates;

/// <summary>How often six digits may be tried, a PIN or a code by mail: per real address and per exposure, whatever host name, header or cookie a try comes with.</summary>
/// <remarks>
/// A try is counted before it is checked and taken back when it was right, so that a hundred at once count as a hundred.
/// Kept in memory: a restart is not in a stranger's hands.
/// </remarks>
internal sealed class GuessLimits(TimeProvider time, int perAddress = GuessLimits.TriesPerAddress)
{
    public const int TriesPerAddress = 5;
    public const int TriesPerExposure = 50;
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);
    public static readonly TimeSpan AddressLock = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan ExposureLock = TimeSpan.FromMinutes(15);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Exposed> _exposures = new(StringComparer.Ordinal); // under _lock

    /// <summary>Null where a try from there would be looked at.</summary>
    /// <param name="generation">Changes with the PIN: a new one is a new start for everyone.</param>
    public GuessLock? Find(string exposureId, int generation, IPAddress address)
    {
        lock (_lock)
        {
            return _exposures.TryGetValue(exposureId, out var exposed) && exposed.Generation == generation
                ? LockOf(exposed, exposed.Known(Key(address)), time.GetUtcNow())
                : null;
        }
    }

    /// <summary>Counts one try; it may be checked where the answer is not locked.</summary>
    public Guess Count(string exposureId, int generation, IPAddress address)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (!_exposures.TryGetValue(exposureId, out var exposed) || exposed.Generation != generation)
            {
                exposed = _exposures[exposureId] = new(generation);
            }

            exposed.Forget(now);
            if (LockOf(exposed, exposed.Known(Key(address)), now) is { } locked)
            {
                return new(locked, 0, JustLocked: false);
            }

            var from = exposed.From(Key(address));

            from.Tries.Add(now);
            exposed.All.Tries.Add(now);
            if (from.Tries.Count >= perAddress)
            {
                from.LockedUntil = now + AddressLock;
            }

            var full = exposed.All.Tries.Count >= TriesPerExposure;
            if (full)
            {
                exposed.All.LockedUntil = now + ExposureLock;
            }

            return new(null, perAddress - from.Tries.Count, full);
        }
    }

    /// <summary>Takes a try back that was right.</summary>
    public void Forgive(string exposureId, int generation, IPAddress address)
    {
        lock (_lock)
        {
            if (_exposures.TryGetValue(exposureId, out var exposed) && exposed.Generation == generation)
            {
                exposed.From(Key(address)).TakeBack(perAddress);
                exposed.All.TakeBack(TriesPerExposure);
            }
        }
    }

    private static string Key(IPAddress address) => ClientAddress.Bucket(address.ToString());

    private static GuessLock? LockOf(Exposed exposed, Tally? from, DateTimeOffset now)
    {
        if (exposed.All.LockedUntil > now)
        {
            return new(exposed.All.LockedUntil - now, OfEveryone: true);
        }

        return from?.LockedUntil > now ? new(from.LockedUntil - now, OfEveryone: false) : null;
    }

    private sealed class Exposed(int generation)
    {
        private readonly Dictionary<string, Tally> _from = new(StringComparer.Ordinal);

        public int Generation => generation;

        public Tally All { get; } = new();

        /// <summary>Whoever only looks, or is held back anyway, leaves no trace: traces would be a stranger's way to fill the memory.</summary>
        public Tally? Known(string key) => _from.GetValueOrDefault(key);

        public Tally From(string key)
        {
            if (!_from.TryGetValue(key, out var tally))
            {
                tally = _from[key] = new();
            }

            return tally;
        }

        /// <summary>Drops tries that are older than the window, and those for which somebody has sat out a lock.</summary>
        public void Forget(DateTimeOffset now)
        {
            All.Forget(now);
            foreach (var (key, tally) in _from.ToList())
            {
                tally.Forget(now);
                if (tally.IsEmpty)
                {
                    _from.Remove(key);
                }
            }
        }
    }

    private sealed class Tally
    {
        public List<DateTimeOffset> Tries { get; } = [];

        public DateTimeOffset LockedUntil { get; set; }

        public bool IsEmpty => Tries.Count == 0 && LockedUntil == default;

        public void Forget(DateTimeOffset now)
        {
            if (LockedUntil != default && LockedUntil <= now)
            {
                LockedUntil = default;
                Tries.Clear();
            }

            Tries.RemoveAll(at => at <= now - Window);
        }

        public void TakeBack(int limit)
        {
            if (Tries.Count > 0)
            {
                Tries.RemoveAt(Tries.Count - 1);
            }

            LockedUntil = Tries.Count < limit ? default : LockedUntil;
        }
    }
}

/// <param name="Remaining">Until a try is looked at again.</param>
/// <param name="OfEveryone">True where the whole page is locked, not this address alone.</param>
internal readonly record struct GuessLock(TimeSpan Remaining, bool OfEveryone);

/// <param name="Locked">Null where the try may be checked.</param>
/// <param name="TriesLeft">For this address, should this one be wrong.</param>
/// <param name="JustLocked">True where this try locks the page for everyone, should it be wrong.</param>
internal readonly record struct Guess(GuessLock? Locked, int TriesLeft, bool JustLocked);
