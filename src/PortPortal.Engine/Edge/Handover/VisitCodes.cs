using System.Collections.Concurrent;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Edge.Handover;

/// <summary>One-time codes that carry a sign-in from the portal to one app's host: bound to exposure, host and state, worth one use within a minute.</summary>
internal sealed class VisitCodes(TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    private const int CodeLength = 32;
    private const int MostAtOnce = 10_000;
    private readonly ConcurrentDictionary<string, VisitCode> _codes = new(StringComparer.Ordinal);

    /// <summary>Null where far too many are on their way; the visitor tries again.</summary>
    public string? Issue(string exposureId, string host, string state, string signInId)
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
        _codes[code] = new(exposureId, host, state, signInId, time.GetUtcNow() + Lifetime);
        return code;
    }

    /// <summary>The sign-in behind a code. The first caller gets it, right or wrong: a code that was tried is used up.</summary>
    public string? Redeem(string code, string exposureId, string host, string state) =>
        _codes.TryRemove(code, out var issued)
        && time.GetUtcNow() < issued.ExpiresAt
        && string.Equals(issued.ExposureId, exposureId, StringComparison.Ordinal)
        && string.Equals(issued.Host, host, StringComparison.Ordinal)
        && string.Equals(issued.State, state, StringComparison.Ordinal)
            ? issued.SignInId
            : null;

    private void Sweep()
    {
        var now = time.GetUtcNow();
        foreach (var pair in _codes.Where(pair => pair.Value.ExpiresAt <= now))
        {
            _codes.TryRemove(pair);
        }
    }

    private sealed record VisitCode(string ExposureId, string Host, string State, string SignInId, DateTimeOffset ExpiresAt);
}
