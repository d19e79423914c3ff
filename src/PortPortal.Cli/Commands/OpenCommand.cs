using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using PortPortal.Sdk;

namespace PortPortal.Cli.Commands;

/// <summary><c>open [session] [endpoint]</c>: prints a URL, and opens it in the browser.</summary>
internal static class OpenCommand
{
    public static Command New()
    {
        var session = new Argument<string?>("session") { Description = "A session by name or id; without it, the only one with open ports.", Arity = ArgumentArity.ZeroOrOne };
        var endpoint = new Argument<string?>("endpoint") { Description = "An endpoint or a port; without it, the only one that is open.", Arity = ArgumentArity.ZeroOrOne };
        var print = new Option<bool>("--print") { Description = "Only print the URL." };
        return new Command("open", "Open a port in the browser.") { session, endpoint, print }.Does(async (call, cancellationToken) =>
        {
            var found = await SessionAsync(call.Client, call.Value(session), cancellationToken);
            var port = call.Value(endpoint) is { } named
                ? await call.Client.FindAsync(AddressOf(found, named), cancellationToken)
                : TheOnlyOne(found);
            await call.SayAsync(port.Url.ToString());
            if (!call.Value(print) && !OpenInBrowser(port.Url))
            {
                await call.SayAsideAsync("No browser was found here; open the URL yourself.");
            }
        });
    }

    private static PortAddress AddressOf(SessionInfo session, string endpoint) => PortAddress.TryParse($"{session.Id}:{endpoint}", out var address)
        ? address
        : throw new Failure(ExitCodes.WrongUse, $"“{endpoint}” is no endpoint. {ExposedPorts.Open(session)}");

    private static async Task<SessionInfo> SessionAsync(PortPortalClient client, string? named, CancellationToken cancellationToken)
    {
        var running = (await client.ListSessionsAsync(SessionStates.Running, cancellationToken)).ToList();
        if (named is not null)
        {
            var wanted = RunId.ToSession(named);
            return running.Find(session => session.Name == wanted || session.Id == wanted)
                ?? throw new Failure(ExitCodes.NotFound, $"No running session is called “{named}”. Running: {Names(running)}.");
        }

        var open = running.Where(session => session.ExposedPorts.Count > 0).ToList();
        return open.Count == 1 ? open[0] : throw new Failure(ExitCodes.WrongUse, open.Count == 0
            ? "No session has an open port. portportal expose SESSION:PORT opens one."
            : $"Several sessions have open ports; name one of: {Names(open)}.");
    }

    private static ExposedPortInfo TheOnlyOne(SessionInfo session) => session.ExposedPorts.Count == 1
        ? session.ExposedPorts[0]
        : throw new Failure(session.ExposedPorts.Count == 0 ? ExitCodes.NotFound : ExitCodes.WrongUse, session.ExposedPorts.Count == 0
            ? $"{session.Name}: {ExposedPorts.Open(session)}"
            : $"{session.Name} has several endpoints; name one of: {session.Names()}.");

    private static string Names(IEnumerable<SessionInfo> sessions) => string.Join(", ", sessions.Select(session => session.Name));

    private static bool OpenInBrowser(Uri url)
    {
        var opener = OperatingSystem.IsMacOS() ? "open" : "xdg-open";
        try
        {
            using var started = OperatingSystem.IsWindows()
                ? Process.Start(new ProcessStartInfo(url.ToString()) { UseShellExecute = true })
                : Process.Start(new ProcessStartInfo(opener, [url.ToString()]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true });
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
