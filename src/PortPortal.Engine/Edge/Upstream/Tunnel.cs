using System.Buffers;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>Carries bytes both ways between a visitor and an app until one side is done.</summary>
/// <remarks>
/// A buffer is rented only while there is something in it (zero-byte reads wait without one), so an idle tunnel costs no buffers,
/// and a direction reads again only when the other side took what was read: back-pressure all the way.
/// When the app is done the visitor's side ends too; when the visitor is done the app hears it and may finish what it has to say.
/// </remarks>
internal static class Tunnel
{
    private const int BufferBytes = 16 * 1024;

    /// <summary>How long the app may go on sending after the visitor has said that it will send no more.</summary>
    private static readonly TimeSpan HalfClosed = TimeSpan.FromSeconds(10);

    /// <remarks>Returns with both directions at rest and the app's connection closed; never throws for what the two sides do.</remarks>
    public static async Task RunAsync(Stream visitor, UpstreamConnection connection, UpstreamServer server, IForwardMeter meter, TimeProvider time)
    {
        using var visitorEnds = new CancellationTokenSource();
        var early = connection.UnreadMemory.ToArray();
        connection.ReleaseBuffer();
        var up = CopyAsync(visitor, connection.Stream, default, meter.Up, visitorEnds.Token);
        var down = CopyAsync(connection.Stream, visitor, early, meter.Down, CancellationToken.None);
        if (await Task.WhenAny(up, down) == up && await up)
        {
            connection.FinishSending();
            await Task.WhenAny(down, Task.Delay(HalfClosed, time, visitorEnds.Token));
        }

        connection.Close();
        await visitorEnds.CancelAsync();
        await Task.WhenAll(up, down);

        async Task<bool> CopyAsync(Stream from, Stream to, ReadOnlyMemory<byte> first, Action<long> count, CancellationToken stop)
        {
            try
            {
                if (!first.IsEmpty)
                {
                    await to.WriteAsync(first, stop);
                    count(first.Length);
                }

                while (true)
                {
                    connection.Watch.Expect(server.IdleTimeout, ForwardOutcome.IdleTimeout);
                    _ = await from.ReadAsync(Memory<byte>.Empty, stop);
                    var read = await MoveAsync(from, to, stop);
                    if (read == 0)
                    {
                        return true;
                    }

                    count(read);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
            {
                return false;
            }
        }
    }

    private static async ValueTask<int> MoveAsync(Stream from, Stream to, CancellationToken stop)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var read = await from.ReadAsync(buffer, stop);
            if (read > 0)
            {
                await to.WriteAsync(buffer.AsMemory(0, read), stop);
            }

            return read;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
