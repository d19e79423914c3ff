using System.Buffers;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>Carries bytes both ways between two streams until one side is done.</summary>
/// <remarks>
/// A buffer is rented only while there is something in it (zero-byte reads wait without one), so an idle tunnel costs no buffers,
/// and a direction reads again only when the other side took what was read: back-pressure all the way.
/// </remarks>
internal static class Tunnel
{
    private const int BufferBytes = 16 * 1024;

    /// <summary>How long the app may go on sending after the visitor has said that it will send no more.</summary>
    private static readonly TimeSpan HalfClosed = TimeSpan.FromSeconds(10);

    /// <param name="finishUp">Tells the app that the visitor sends no more.</param>
    /// <param name="moved">Called after each piece, for idle clocks.</param>
    /// <param name="stop">Breaks both reads; the caller closes both streams afterwards in any case.</param>
    public static async Task RunAsync(Stream visitor, Stream app, IForwardMeter meter, Action finishUp, Action moved, TimeProvider time, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var up = CopyAsync(visitor, app, meter.Up, moved, end.Token);
        var down = CopyAsync(app, visitor, meter.Down, moved, end.Token);
        if (await Task.WhenAny(up, down) == up && await up)
        {
            finishUp();
            await Task.WhenAny(down, Task.Delay(HalfClosed, time, end.Token));
        }

        await end.CancelAsync();
        await Task.WhenAll(up, down);
    }

    /// <returns>True at the source's orderly end, false when either side broke.</returns>
    private static async Task<bool> CopyAsync(Stream from, Stream to, Action<long> count, Action moved, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                _ = await from.ReadAsync(Memory<byte>.Empty, stop);
                var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
                try
                {
                    var read = await from.ReadAsync(buffer, stop);
                    if (read == 0)
                    {
                        return true;
                    }

                    await to.WriteAsync(buffer.AsMemory(0, read), stop);
                    await to.FlushAsync(stop);
                    count(read);
                    moved();
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            return false;
        }
    }
}
