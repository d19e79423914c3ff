using System.CommandLine;
using System.CommandLine.Invocation;
using PortPortal.Cli.Commands;

namespace PortPortal.Cli;

internal static class Program
{
    /// <summary>For whoever is asked to end: a session that ran has to be ended with its command.</summary>
    private static readonly InvocationConfiguration Patient = new() { ProcessTerminationTimeout = TimeSpan.FromSeconds(25) };

    public static Task<int> Main(string[] args)
    {
        var (ours, command) = RunCommand.Split(args);
        var root = new RootCommand("Opens ports of sandboxes, containers and this machine to the right people.")
        {
            LoginCommand.New(),
            LogoutCommand.New(),
            RunCommand.New(command),
            ListCommand.New(),
            ExposeCommand.New(),
            CloseCommand.New(),
            ShareCommand.New(),
            LinksCommand.New(),
            ForwardCommand.New(),
            ForwardsCommand.New(),
            OpenCommand.New(),
            PreviewUrlCommand.New(),
            VisitorsCommand.New(),
            WatchCommand.New(),
            StopCommand.New(),
            ProxyCommand.New(),
            TrustCommand.New(),
            DoctorCommand.New(),
        };

        // No @file: an argument may begin with any character.
        var parsed = root.Parse(ours, new ParserConfiguration { ResponseFileTokenReplacer = null });
        return parsed.Action is ParseErrorAction ? WrongUseAsync(parsed) : parsed.InvokeAsync(Patient);
    }

    private static async Task<int> WrongUseAsync(ParseResult parsed)
    {
        foreach (var error in parsed.Errors)
        {
            await Console.Error.WriteLineAsync(error.Message);
        }

        var names = parsed.CommandResult.Command.Parents.Any() ? $"portportal {parsed.CommandResult.Command.Name}" : "portportal";
        await Console.Error.WriteLineAsync($"See {names} --help.");
        return ExitCodes.WrongUse;
    }
}
