namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>A TCP port that something was seen listening on, all its sockets taken together.</summary>
internal sealed record DetectedListener
{
    public required int Port { get; init; }

    public required ListenerAddress Address { get; init; }

    /// <summary>The number of the socket that speaks for the port; another one means that something new listens there.</summary>
    public required uint Inode { get; init; }

    /// <summary>Null where it belongs to somebody whose processes PortPortal may not look at.</summary>
    public ListenerProcess? Process { get; init; }

    public ListenerGuess? Guess { get; init; }

    public HiddenReason Hidden { get; init; }

    public ListenerKind Kind => Guess?.Kind ?? ListenerKind.Unknown;
}
