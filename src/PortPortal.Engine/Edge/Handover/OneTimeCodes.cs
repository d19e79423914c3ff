using System.Collections.Concurrent;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Edge.Handover;

/// <summary>Codes that carry something from one host to another through a browser: worth one use within a minute.</summary>
internal sealed class OneTimeCodes<T>(TimeProvider time)
    where T : class
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    private const int CodeLength = 32;
    private const int MostAtOnce = 10_000;
    private readonly ConcurrentDictionary<string, Issued> _codes = new(StringComparer.Ordinal);

    /// <summary>Null where far too many are on their way; the visitor tries again.</summary>
    public string? Issue(T content)
    {
        if (_codes.Count >= MostAtOnce)
        {
            Sweep();
            if (_codes.Count >= MostAtOnce)
            {
                return null;
            }
        }

        var code = ShortId.NewToken(CodeLength);
        _codes[code] = new(content, time.GetUtcNow() + Lifetime);
        return code;
    }

    /// <summary>What a code carries. The first caller gets it, right or wrong: a code that was tried is used up.</summary>
    public T? Redeem(string code) => _codes.TryRemove(code, out var issued) && time.GetUtcNow() < issued.ExpiresAt ? issued.Content : null;

    private void Sweep()
    {
        var now = time.GetUtcNow();
        foreach (var pair in _codes.Where(pair => pair.Value.ExpiresAt <= now))
        {
            _codes.TryRemove(pair);
        }
    }

    private sealed record Issued(T Content, DateTimeOffset ExpiresAt);
}
