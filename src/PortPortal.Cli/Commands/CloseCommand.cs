using System.CommandLine;

namespace PortPortal.Cli.Commands;

/// <summary><c>close session:port</c>: closes a port, or with <c>--tcp</c> the port forwards to it; repeating it is no error.</summary>
internal static class CloseCommand
{
    public static Command New()
    {
        var port = Options.Port();
        var tcp = new Option<bool>("--tcp") { Description = "Close the port forwards to it instead." };
        return new Command("close", "Close a port, and cut who is in it.") { port, tcp }.Does(async (call, cancellationToken) =>
        {
            var address = call.Value(port);
            var number = address.Port ?? (await call.Client.FindAsync(address, cancellationToken)).Port;
            await (call.Value(tcp) ? CloseForwardsAsync(call, address.Session, number, cancellationToken) : CloseAsync(call, address.Session, number, cancellationToken));
        });
    }

    private static async Task CloseAsync(Call call, string session, int port, CancellationToken cancellationToken)
    {
        await call.Client.Session(session).ClosePortAsync(port, cancellationToken);
        await call.SayAsideAsync($"Closed {session}:{port}.");
    }

    private static async Task CloseForwardsAsync(Call call, string session, int port, CancellationToken cancellationToken)
    {
        var forwards = (await call.Client.Session(session).ListPortForwardsAsync(cancellationToken)).Where(forward => forward.GuestPort == port).ToList();
        foreach (var forward in forwards)
        {
            await call.Client.Session(session).CloseForwardAsync(forward.Id, cancellationToken);
            await call.SayAsideAsync($"Closed {forward.Hostname}:{forward.HostPort}.");
        }

        if (forwards.Count == 0)
        {
            await call.SayAsideAsync($"{session}:{port} is not forwarded.");
        }
    }
}
