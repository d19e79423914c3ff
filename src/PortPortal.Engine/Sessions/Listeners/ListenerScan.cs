using PortPortal.Engine.Common;

namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>What one look found, in the order of ports.</summary>
/// <param name="Method">How it looked: <c>sock_diag</c>, or <c>/proc/net</c> where the kernel has no sock_diag.</param>
/// <param name="Problem">Why nothing could be seen, in words; the listeners are then none, which says nothing about the ports.</param>
internal sealed record ListenerScan(ValueList<DetectedListener> Listeners, string Method, string? Problem = null)
{
    public bool Succeeded => Problem is null;
}
