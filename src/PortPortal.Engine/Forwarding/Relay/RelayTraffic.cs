namespace PortPortal.Engine.Forwarding.Relay;

/// <summary>The counters of one forward, written by all its pumps.</summary>
internal sealed class RelayTraffic(uint mark)
{
    private long _bytesIn;
    private long _bytesOut;
    private long _connections;

    public void CountConnection() => Interlocked.Increment(ref _connections);

    public void CountIn(int bytes) => Interlocked.Add(ref _bytesIn, bytes);

    public void CountOut(int bytes) => Interlocked.Add(ref _bytesOut, bytes);

    public ForwardTraffic Read() => new(mark, Interlocked.Read(ref _bytesIn), Interlocked.Read(ref _bytesOut), Interlocked.Read(ref _connections));
}
