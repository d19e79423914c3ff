using System.Diagnostics;
using PortPortal.Cli.Login;

namespace PortPortal.Cli.Portals;

/// <summary>A portal that this command started on this machine, and the key it gave it.</summary>
internal sealed record OwnPortal
{
    /// <summary>A process's start is read off two clocks, and differs by some milliseconds from reader to reader.</summary>
    private static readonly TimeSpan SameStart = TimeSpan.FromSeconds(2);

    public required int ProcessId { get; init; }

    /// <summary>Process ids come back; moments do not.</summary>
    public required DateTime StartedAt { get; init; }

    public required int Port { get; init; }

    public required string ApiKey { get; init; }

    /// <summary>True: it stays until it is stopped. False: <c>run</c> started it, and it ends with the last session that has ports.</summary>
    public required bool Stays { get; init; }

    public Uri Url => SignedIn.Local(Port);

    /// <summary>Null where none runs.</summary>
    public static OwnPortal? Find(Surroundings surroundings) => PrivateFile.Read<OwnPortal>(surroundings.OwnPortalFile) is { } kept && kept.Running() is not null ? kept : null;

    public void Keep(Surroundings surroundings) => PrivateFile.Write(surroundings.OwnPortalFile, this);

    /// <summary>Its process; null where it has ended.</summary>
    public Process? Running()
    {
        try
        {
            var process = Process.GetProcessById(ProcessId);
            if (!process.HasExited && (process.StartTime.ToUniversalTime() - StartedAt).Duration() < SameStart)
            {
                return process;
            }

            process.Dispose();
        }
        catch (ArgumentException)
        {
            // No such process.
        }

        return null;
    }
}
