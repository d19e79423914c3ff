using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using PortPortal.Cli.Portals;
using PortPortal.Sdk;

namespace PortPortal.Cli.Projects;

/// <summary>One command that runs as a session: registered before it starts, ended when it ends, however that is.</summary>
internal sealed class ProjectRun(PortPortalClient client, Call call)
{
    private const int SigTerm = 15;
    private const int Tries = 6;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <returns>The command's exit code.</returns>
    public async Task<int> RunAsync(ProjectFile project, string folder, string? access, CancellationToken cancellationToken)
    {
        var session = await RegisterAsync(project, access, cancellationToken);
        try
        {
            await call.SayAsideAsync($"{session.Name} ({RunId.Of(session.Id)})");
            foreach (var port in session.ExposedPorts)
            {
                await call.SayAsideAsync($"  {port.Url.GetLeftPart(UriPartial.Authority)} → {port.Port}");
            }

            return await CommandAsync(project.Command, folder, EndpointVariables.Of(session.ExposedPorts), cancellationToken);
        }
        finally
        {
            using var deadline = new CancellationTokenSource(Grace);
            await client.Session(session.Id).EndAsync(deadline.Token);
            await PortalForRun.StopIfLastAsync(client, call.Surroundings, deadline.Token);
        }
    }

    private async Task<SessionInfo> RegisterAsync(ProjectFile project, string? access, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await client.CreateSessionAsync(
                    new NewSession
                    {
                        Name = project.Name ?? RandomName.Next(attempt),
                        Address = "127.0.0.1",
                        Network = new() { Expose = [.. project.Ports.Select(endpoint => new NewPort { Port = endpoint.Value, Name = endpoint.Key, Access = access })] },
                    },
                    cancellationToken);
            }
            catch (PortPortalException taken) when (taken.Code == "name_in_use" && project.Name is null && attempt < Tries)
            {
                // Another name, then.
            }
        }
    }

    private static async Task<int> CommandAsync(IReadOnlyList<string> command, string folder, IEnumerable<KeyValuePair<string, string>> variables, CancellationToken cancellationToken)
    {
        var info = new ProcessStartInfo(command[0], command.Skip(1)) { UseShellExecute = false, WorkingDirectory = folder };
        foreach (var (name, value) in variables)
        {
            info.Environment[name] = value;
        }

        using var process = Start(info);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process);
        }

        return process.ExitCode;
    }

    private static Process Start(ProcessStartInfo info)
    {
        try
        {
            return Process.Start(info)!;
        }
        catch (Win32Exception exception)
        {
            throw new Failure(ExitCodes.WrongUse, $"{info.FileName} cannot be started: {exception.Message}.");
        }
    }

    /// <summary>A terminal tells the whole group; whoever sent this process alone a signal means the command, too.</summary>
    private static async Task EndAsync(Process process)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = kill(process.Id, SigTerm);
        }

        using var patience = new CancellationTokenSource(Grace);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    [DllImport("libc")]
    private static extern int kill(int pid, int signal);
}
