namespace PortPortal.TestSupport;

/// <summary>A server of another maker, run by node from tests/node (<c>npm ci</c> there brings what it needs).</summary>
internal static class NodeServer
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);

    /// <summary>Starts a script and waits for the line that says it listens.</summary>
    public static async Task<(ChildProcess Child, string Ready)> StartAsync(string script, string readyPrefix, params string[] arguments)
    {
        var child = ChildProcess.Start("node", [script, .. arguments], workingDirectory: Repository.PathOf("tests", "node"));
        try
        {
            return (child, await child.LineAsync(line => line.StartsWith(readyPrefix, StringComparison.Ordinal), StartPatience));
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }
}
