using System.CommandLine;
using System.Globalization;
using PortPortal.Cli.Login;
using PortPortal.Cli.Portals;
using PortPortal.Sdk;

namespace PortPortal.Cli.Commands;

/// <summary><c>proxy status|start|stop</c>: whether the edge answers, where, and for whom; one on this machine.</summary>
internal static class ProxyCommand
{
    public static Command New() => new("proxy", "Look at the edge that serves the URLs, start and stop one on this machine.")
    {
        new Command("status", "Whether it answers, on which port, and for whom.") { Options.Json }.Does(StatusAsync),
        NewStart(),
        new Command("stop", "Stop the one that this command started.").Does(StopAsync),
    };

    private static Command NewStart()
    {
        var port = new Option<int?>("--port") { Description = "The port of all URLs; PORTPORTAL_PROXY_PORT and MOAT_PROXY_PORT say so, too. 8443 where it is left out." };
        port.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !(int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 65535))
            {
                result.AddError("--port is a whole number from 1 to 65535.");
            }
        });
        return new Command("start", "Start a portal on this machine, and leave it running.") { port }.Does(async (call, cancellationToken) =>
        {
            var wanted = call.Value(port) ?? SignedIn.LocalPort(call.Surroundings);
            if (OwnPortal.Find(call.Surroundings) is { } running)
            {
                throw new Failure(ExitCodes.Refused, running.Port == wanted
                    ? $"It runs already, on port {wanted}."
                    : $"It runs already, on port {running.Port}. To change the port of all URLs: portportal proxy stop, then start it again.");
            }

            var started = await PortalStart.StartAsync(call.Surroundings, wanted, stays: true, cancellationToken);
            await call.SayAsync(started.Url.ToString());
        });
    }

    private static async Task StopAsync(Call call, CancellationToken cancellationToken)
    {
        var running = OwnPortal.Find(call.Surroundings) ?? throw new Failure(ExitCodes.NotFound, "No portal that this command started is running.");
        await PortalStop.StopAsync(running, call.Surroundings, cancellationToken);
        await call.SayAsideAsync("Stopped.");
    }

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
