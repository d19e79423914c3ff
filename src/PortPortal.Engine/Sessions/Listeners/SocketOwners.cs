namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>Which process holds which socket, remembered by inode.</summary>
/// <remarks>
/// Only an inode not met before makes it walk <c>/proc/*/fd</c>; a walk is followed by a pause of <see cref="PauseFactor"/> times its length, so
/// even a program that opens a new socket every second cannot make this cost more than a tenth of a core. Shared by the scanners of all namespaces:
/// a socket's inode means the same in all of them.
/// </remarks>
internal sealed class SocketOwners(TimeProvider time)
{
    private const int PauseFactor = 9;

    /// <summary>How long an answer is trusted: processes rename themselves, end, and leave their socket to a child.</summary>
    private static readonly TimeSpan Trust = TimeSpan.FromSeconds(5);

    /// <summary>A socket of somebody else's process stays unknown; asking again must become rare.</summary>
    private static readonly TimeSpan MaxTrustInNobody = TimeSpan.FromMinutes(5);

    /// <summary>What no scanner asked for this long is gone.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<uint, Entry> _entries = []; // under _lock
    private long _nextWalk = long.MinValue; // under _lock
    private long _nextTidy; // under _lock

    /// <summary>How often <c>/proc</c> was walked so far.</summary>
    public int Walks { get; private set; }

    /// <summary>The owner of each inode, null where it cannot be seen.</summary>
    public IReadOnlyDictionary<uint, ProcessOwner?> Find(IReadOnlyCollection<uint> inodes)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var unknown = new HashSet<uint>();
            foreach (var inode in inodes)
            {
                if (inode != 0 && !IsKnown(inode, now))
                {
                    unknown.Add(inode);
                }
            }

            if (unknown.Count > 0 && now >= _nextWalk)
            {
                Walk(unknown, now);
            }

            Forget(now);
            return inodes.Distinct().ToDictionary(inode => inode, inode => _entries.GetValueOrDefault(inode)?.Owner);
        }
    }

    private bool IsKnown(uint inode, long now)
    {
        if (!_entries.TryGetValue(inode, out var entry))
        {
            return false;
        }

        entry.LastAsked = now;
        if (now < entry.TrustedUntil)
        {
            return true;
        }

        if (entry.Owner is not { } owner || !ProcessSockets.Holds(owner.Process.Pid, owner.Descriptor, inode))
        {
            return false;
        }

        entry.Owner = ProcFiles.Describe(owner.Process.Pid, owner.Descriptor);
        entry.TrustedUntil = After(now, Trust);
        return entry.Owner is not null;
    }

    private void Walk(HashSet<uint> unknown, long now)
    {
        Walks++;
        var found = new Dictionary<uint, ProcessOwner?>();
        var pids = ProcFiles.Pids();

        // The init process holds sockets for services it starts on demand; the service is the better answer, so init comes last.
        foreach (var pid in pids.SkipWhile(pid => pid == 1).Concat(pids.TakeWhile(pid => pid == 1)))
        {
            foreach (var (descriptor, inode) in ProcessSockets.Of(pid))
            {
                if (unknown.Contains(inode) && !found.ContainsKey(inode))
                {
                    found[inode] = ProcFiles.Describe(pid, descriptor);
                }
            }

            if (found.Count == unknown.Count)
            {
                break;
            }
        }

        foreach (var inode in unknown)
        {
            Remember(inode, found.GetValueOrDefault(inode), now);
        }

        _nextWalk = now + (PauseFactor + 1) * (time.GetTimestamp() - now);
    }

    private void Remember(uint inode, ProcessOwner? owner, long now)
    {
        var entry = _entries.TryGetValue(inode, out var known) ? known : _entries[inode] = new();
        entry.DoubtSteps = owner is null ? entry.DoubtSteps + 1 : 0;
        entry.Owner = owner;
        entry.LastAsked = now;
        var trust = owner is null ? TimeSpan.FromSeconds(Math.Pow(2, Math.Min(entry.DoubtSteps, 10))) : Trust;
        entry.TrustedUntil = After(now, trust < MaxTrustInNobody ? trust : MaxTrustInNobody);
    }

    private void Forget(long now)
    {
        if (now < _nextTidy)
        {
            return;
        }

        var oldest = After(now, -Memory);
        foreach (var (inode, _) in _entries.Where(e => e.Value.LastAsked < oldest).ToList())
        {
            _entries.Remove(inode);
        }

        _nextTidy = After(now, Memory);
    }

    private long After(long timestamp, TimeSpan span) => timestamp + (long)(span.TotalSeconds * time.TimestampFrequency);

    private sealed class Entry
    {
        public ProcessOwner? Owner { get; set; }

        public long TrustedUntil { get; set; }

        public long LastAsked { get; set; }

        public int DoubtSteps { get; set; }
    }
}
