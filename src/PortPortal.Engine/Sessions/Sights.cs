using System.Runtime.CompilerServices;

namespace PortPortal.Engine.Sessions;

/// <summary>The newest sight of something, and word to whoever waits for a different one.</summary>
/// <remarks>One writer. A slow reader skips to the newest; equal sights are not announced.</remarks>
/// <param name="before">What counts as seen until somebody looked; it is never announced.</param>
internal sealed class Sights<T>(T before)
    where T : IEquatable<T>
{
    private volatile Sight _latest = new(before, isReal: false);

    public T Current => _latest.Value;

    /// <returns>True where it is the first look, or differs from the last.</returns>
    public bool Show(T seen)
    {
        var old = _latest;
        if (old.IsReal && seen.Equals(old.Value))
        {
            return false;
        }

        _latest = new(seen, isReal: true);
        old.Replaced.SetResult();
        return true;
    }

    /// <summary>The last sight, or the first to come, then every different one, until cancelled.</summary>
    public async IAsyncEnumerable<T> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sight = _latest;
        while (true)
        {
            if (sight.IsReal)
            {
                yield return sight.Value;
            }

            await sight.Replaced.Task.WaitAsync(cancellationToken);
            sight = _latest;
        }
    }

    private sealed class Sight(T value, bool isReal)
    {
        public T Value => value;

        public bool IsReal => isReal;

        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
