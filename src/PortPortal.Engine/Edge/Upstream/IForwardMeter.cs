namespace PortPortal.Engine.Edge.Upstream;

/// <summary>Counts payload (bodies and tunnelled bytes, not headers or framing) while it flows.</summary>
/// <remarks>Both directions call at the same time, on the hot path: add to a counter and return.</remarks>
internal interface IForwardMeter
{
    /// <summary>Bytes on their way to the app.</summary>
    void Up(long bytes);

    /// <summary>Bytes on their way to the visitor.</summary>
    void Down(long bytes);
}

/// <summary>Counts nothing.</summary>
internal sealed class NoMeter : IForwardMeter
{
    public static readonly NoMeter Instance = new();

    public void Up(long bytes)
    {
    }

    public void Down(long bytes)
    {
    }
}
