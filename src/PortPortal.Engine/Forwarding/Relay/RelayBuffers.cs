using System.Buffers;

namespace PortPortal.Engine.Forwarding.Relay;

/// <summary>Lends large buffers to the first so many pumps that have something to move, and small ones to the rest.</summary>
/// <remarks>Bounds the relay's memory: 64 MB of large buffers, and 8 KB for each further direction that waits for a slow reader.</remarks>
internal sealed class RelayBuffers
{
    private const int LargeSize = 128 * 1024;
    private const int SmallSize = 8 * 1024;
    private const int LargeCount = 512;

    private int _largeLeft = LargeCount;

    public Lease Rent()
    {
        if (Interlocked.Decrement(ref _largeLeft) >= 0)
        {
            return new(this, ArrayPool<byte>.Shared.Rent(LargeSize), isLarge: true);
        }

        Interlocked.Increment(ref _largeLeft);
        return new(this, ArrayPool<byte>.Shared.Rent(SmallSize), isLarge: false);
    }

    internal readonly struct Lease(RelayBuffers owner, byte[] buffer, bool isLarge) : IDisposable
    {
        public Memory<byte> Memory => buffer;

        public void Dispose()
        {
            ArrayPool<byte>.Shared.Return(buffer);
            if (isLarge)
            {
                Interlocked.Increment(ref owner._largeLeft);
            }
        }
    }
}
