namespace PortPortal.Engine.Common;

/// <summary>What a reconciler's loop looks at next: some things by id, or everything. It sleeps until there is something; many calls before that are one.</summary>
internal sealed class Agenda(TimeProvider time) : IDisposable
{
    private readonly WakeUp _wakeUp = new(time);
    private readonly Lock _lock = new();
    private HashSet<string> _some = new(StringComparer.Ordinal); // under _lock
    private bool _everything; // under _lock

    public void Call(IEnumerable<string> ids)
    {
        lock (_lock)
        {
            _some.UnionWith(ids);
        }

        _wakeUp.Call();
    }

    public void CallEverything()
    {
        Distrust();
        _wakeUp.Call();
    }

    /// <summary>Whatever calls next, everything is looked at: it is not known for sure how things are.</summary>
    public void Distrust()
    {
        lock (_lock)
        {
            _everything = true;
        }
    }

    /// <summary>Waits for a call, or until everything is due.</summary>
    /// <returns>What to look at; null for everything.</returns>
    public async Task<IReadOnlySet<string>?> TakeAsync(TimeSpan everythingDueIn, CancellationToken cancellationToken)
    {
        await _wakeUp.WaitAsync(everythingDueIn, cancellationToken);
        lock (_lock)
        {
            var (some, everything) = (_some, _everything || _some.Count == 0 || everythingDueIn <= TimeSpan.Zero);
            (_some, _everything) = (new(StringComparer.Ordinal), false);
            return everything ? null : some;
        }
    }

    public void Dispose() => _wakeUp.Dispose();
}
