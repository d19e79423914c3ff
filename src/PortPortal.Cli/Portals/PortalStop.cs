using System.Runtime.InteropServices;

namespace PortPortal.Cli.Portals;

/// <summary>Ends a portal that this command started: it is asked to, and drains.</summary>
internal static class PortalStop
{
    private const int SigTerm = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task StopAsync(OwnPortal portal, Surroundings surroundings, CancellationToken cancellationToken)
    {
        if (portal.Running() is { } process)
        {
            using (process)
            {
                _ = kill(process.Id, SigTerm);
                await process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
            }
        }

        File.Delete(surroundings.OwnPortalFile);
    }

    [DllImport("libc")]
    private static extern int kill(int pid, int signal);
}
