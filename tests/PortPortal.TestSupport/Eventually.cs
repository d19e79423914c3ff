using System.Diagnostics;

namespace PortPortal.TestSupport;

/// <summary>Waits for something that becomes true by itself, and says what it was when it never does.</summary>
public static class Eventually
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? within = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, within);

    /// <exception cref="TimeoutException">It did not become true.</exception>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? within = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > (within ?? Patience))
            {
                throw new TimeoutException($"After {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s still not: {what}");
            }

            await Task.Delay(10);
        }
    }
}
