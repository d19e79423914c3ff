namespace PortPortal.Engine.Tunnels;

/// <summary>Makes one kind of tunnel equal to a plan.</summary>
/// <remarks>It takes the whole plan, never a change; calling it again with the same one is safe, and mends what was damaged meanwhile.</remarks>
public interface ITunnelDriver<in TPlan, TReport> : IAsyncDisposable
{
    /// <remarks>A failure is in the report, with the last good state still in force; calls wait for one another.</remarks>
    Task<TReport> ApplyAsync(TPlan plan, CancellationToken cancellationToken);
}
