using System.CommandLine;

namespace PortPortal.Cli.Commands;

/// <summary><c>stop name|run id</c>: ends a session; its name is free at once.</summary>
internal static class StopCommand
{
    public static Command New()
    {
        var session = Options.Session("The session's name or run id.");
        return new Command("stop", "End a session, with its ports, links and forwards.") { session }.Does(async (call, cancellationToken) =>
        {
            var handle = call.Client.Session(RunId.ToSession(call.Value(session)));
            var found = await handle.GetAsync(cancellationToken);
            await handle.EndAsync(cancellationToken);
            await call.SayAsideAsync($"Stopped {found.Name}.");
        });
    }
}
