using System.Collections.Concurrent;
using System.Net;

namespace PortPortal.Engine.Forwarding.Relay;

/// <summary>Which addresses passed the gate of which forward, and until when.</summary>
internal sealed class KnockList(TimeProvider time)
{
    private readonly ConcurrentDictionary<(uint Mark, IPAddress Visitor), Knock> _knocks = new();

    public void Admit(uint mark, IPAddress visitor, TimeSpan duration)
    {
        foreach (var (key, knock) in _knocks)
        {
            if (Remaining(knock) <= TimeSpan.Zero)
            {
                _knocks.TryRemove(key, out _);
            }
        }

        _knocks[(mark, visitor)] = new(time.GetTimestamp(), duration);
    }

    public bool IsAdmitted(uint mark, IPAddress visitor) =>
        _knocks.TryGetValue((mark, visitor), out var knock) && Remaining(knock) > TimeSpan.Zero;

    public void Forget(uint mark)
    {
        foreach (var key in _knocks.Keys.Where(key => key.Mark == mark))
        {
            _knocks.TryRemove(key, out _);
        }
    }

    /// <summary>What is still good, with the time that is left of it.</summary>
    public IEnumerable<(uint Mark, IPAddress Visitor, TimeSpan Remaining)> InForce() =>
        _knocks.Select(pair => (pair.Key.Mark, pair.Key.Visitor, Remaining: Remaining(pair.Value))).Where(knock => knock.Remaining > TimeSpan.Zero);

    private TimeSpan Remaining(Knock knock) => knock.Duration - time.GetElapsedTime(knock.Since);

    /// <summary>Counted by the monotonic clock: setting the machine's clock lengthens nothing.</summary>
    private sealed record Knock(long Since, TimeSpan Duration);
}
