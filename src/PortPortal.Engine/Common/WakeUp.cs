namespace PortPortal.Engine.Common;

/// <summary>Lets a loop sleep until it is called or a time has passed; many calls before it wakes are one.</summary>
internal sealed class WakeUp(TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _calls = new(0, 1);

    public void Call()
    {
        lock (_calls)
        {
            if (_calls.CurrentCount == 0)
            {
                _calls.Release();
            }
        }
    }

    /// <returns>Whether it was called.</returns>
    public async Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        // Not a timer of our own that cancels: one that fires while the wait ends would find the source disposed, on a thread where nobody catches it.
        using var patience = new CancellationTokenSource(atMost < TimeSpan.Zero ? TimeSpan.Zero : atMost, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await _calls.WaitAsync(deadline.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false; // the time has passed
        }
    }

    /// <summary>Waits until it is called, however long that takes.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _calls.WaitAsync(cancellationToken);

    public void Dispose() => _calls.Dispose();
}
