using System.CommandLine;
using PortPortal.Cli.Portals;
using PortPortal.Cli.Projects;
using PortPortal.Sdk;

namespace PortPortal.Cli.Commands;

/// <summary><c>run [--name X] [dir] [-- command]</c>: runs a command as a session of its own.</summary>
internal static class RunCommand
{
    private const string Separator = "--";

    /// <param name="command">What was typed behind <c>--</c>.</param>
    public static Command New(IReadOnlyList<string> command)
    {
        var folder = new Argument<string>("dir") { Description = "Where portportal.yaml or moat.yaml is, and where the command runs; without it, here.", DefaultValueFactory = _ => "." };
        var name = new Option<string?>("--name") { Description = "The session's name; wins over the file's." };
        var access = new Option<string?>("--access") { Description = "Who may come in to its endpoints; sso where it is left out." };
        access.AcceptOnlyFromAmong([.. AccessModes.All]);
        return new Command("run", "Run a command as a session: run [--name X] [dir] [-- command].") { folder, name, access }.Does(async (call, cancellationToken) =>
        {
            var project = ProjectFile.Read(Path.GetFullPath(call.Value(folder)));
            project = project with { Name = call.Value(name) ?? project.Name, Command = command.Count > 0 ? command : project.Command };
            if (project.Command.Count == 0)
            {
                throw new Failure(ExitCodes.WrongUse, "There is nothing to run: give a command behind --, or in portportal.yaml.");
            }

            if (project.Ports.Count > 0)
            {
                await PortalForRun.StartIfNoneAsync(call.Surroundings, cancellationToken);
            }

            call.ExitCode = await new ProjectRun(call.Client, call).RunAsync(project, Path.GetFullPath(call.Value(folder)), call.Value(access), cancellationToken);
        });
    }

    /// <summary>Cuts the command's own words off, so that none of them is taken for ours.</summary>
    public static (string[] Ours, string[] Command) Split(string[] args)
    {
        var at = Array.IndexOf(args, Separator);
        return args is ["run", ..] && at >= 0 ? (args[..at], args[(at + 1)..]) : (args, []);
    }
}
