using System.CommandLine;
using PortPortal.Cli.Login;
using PortPortal.Sdk;

namespace PortPortal.Cli.Commands;

/// <summary><c>proxy status</c>: whether the edge answers, where, and for whom.</summary>
internal static class ProxyCommand
{
    public static Command New() => new("proxy", "Look at the edge that serves the URLs.")
    {
        new Command("status", "Whether it answers, on which port, and for whom.") { Options.Json }.Does(StatusAsync),
    };

    private static async Task StatusAsync(Call call, CancellationToken cancellationToken)
    {
        var signedIn = SignedIn.Find(call.Surroundings);
        IReadOnlyList<SessionInfo> sessions;
        try
        {
            sessions = await call.Client.ListSessionsAsync(SessionStates.Running, cancellationToken);
        }
        catch (HttpRequestException)
        {
            await call.SayAsync(call.Json ? """{"status":"stopped"}""" : Text("stopped", signedIn, []));
            throw;
        }

        var open = sessions.Where(session => session.ExposedPorts.Count > 0).ToList();
        await (call.Json
            ? call.SayJsonAsync(new { status = "running", url = signedIn.Url, port = signedIn.Url.Port, ca = signedIn.AuthorityFile, agents = open })
            : call.SayAsync(Text("running", signedIn, open)));
    }

    private static string Text(string status, SignedIn signedIn, List<SessionInfo> sessions)
    {
        var width = sessions.Select(session => session.Name.Length).DefaultIfEmpty(0).Max();
        List<string> lines =
        [
            "Routing Proxy",
            "=============",
            $"Status: {status}",
            $"Port: {signedIn.Url.Port}",
            $"CA: {signedIn.AuthorityFile ?? "the system's"}",
        ];
        if (sessions.Count > 0)
        {
            lines.AddRange(["", "Registered Agents:"]);
            lines.AddRange(sessions.Select(session => $"  {session.Name.PadRight(width)}   {string.Join(", ", session.ExposedPorts.Select(port => port.Name is null ? $"{port.Port}" : $"{port.Name}:{port.Port}"))}"));
        }

        return string.Join(Environment.NewLine, lines);
    }
}
