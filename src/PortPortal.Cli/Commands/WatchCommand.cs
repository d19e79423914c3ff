using System.CommandLine;
using System.Globalization;
using PortPortal.Cli.Output;
using PortPortal.Sdk;
using Spectre.Console;

namespace PortPortal.Cli.Commands;

/// <summary><c>watch</c>: sessions live in a table, or port events line by line where there is no terminal.</summary>
internal static class WatchCommand
{
    public static Command New()
    {
        var lines = new Option<bool>("--lines") { Description = "One line for each port that opens or closes, instead of the table." };
        return new Command("watch", "Watch sessions and ports, live, until Ctrl+C.") { lines, Options.Json }.Does((call, cancellationToken) =>
            call.Json || call.Value(lines) || Console.IsOutputRedirected ? LinesAsync(call, cancellationToken) : TableAsync(call, cancellationToken));
    }

    private static async Task LinesAsync(Call call, CancellationToken cancellationToken)
    {
        await foreach (var happened in call.Client.WatchPortsAsync(cancellationToken))
        {
            await call.SayAsync(call.Json
                ? JsonText.LineOf(happened)
                : string.Create(CultureInfo.InvariantCulture, $"{happened.Timestamp.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}  {happened.Event,-12}  {RunId.Of(happened.SessionId)}:{happened.Port}  {happened.Url}"));
            await call.Out.FlushAsync(cancellationToken);
        }
    }

    private static Task TableAsync(Call call, CancellationToken cancellationToken) => AnsiConsole.Live(new Text("connecting…")).StartAsync(async screen =>
    {
        var sessions = new Dictionary<string, SessionInfo>(StringComparer.Ordinal);
        await foreach (var message in call.Client.WatchAsync(cancellationToken))
        {
            if (message.Reset)
            {
                sessions.Clear();
            }

            foreach (var session in message.Sessions)
            {
                sessions[session.Id] = session;
            }

            Apply(sessions, message);
            screen.UpdateTarget(TableOf(sessions.Values));
        }
    });

    /// <summary>Ports change more often than their sessions, and travel by themselves.</summary>
    private static void Apply(Dictionary<string, SessionInfo> sessions, StatusEvent message)
    {
        var changed = message.Ports.Select(port => port.SessionId).Concat(message.Closed.Select(closed => closed.SessionId)).Distinct(StringComparer.Ordinal);
        foreach (var id in changed.Where(sessions.ContainsKey))
        {
            var news = message.Ports.Where(port => port.SessionId == id).ToList();
            var gone = message.Closed.Where(closed => closed.SessionId == id).Select(closed => closed.Port).ToHashSet();
            var kept = sessions[id].ExposedPorts.Where(port => !gone.Contains(port.Port) && news.TrueForAll(one => one.Port != port.Port));
            sessions[id] = sessions[id] with { ExposedPorts = [.. kept.Concat(news).OrderBy(port => port.Port)] };
        }
    }

    private static Table TableOf(IEnumerable<SessionInfo> sessions)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("NAME", "STATE", "PORT", "ACCESS", "URL");
        foreach (var session in sessions.Where(session => session.State != SessionStates.Terminated).OrderBy(session => session.Name, StringComparer.Ordinal))
        {
            table.AddRow(Cell(session.Name), Cell(session.State), new Text(""), new Text(""), new Text(""));
            foreach (var port in session.ExposedPorts)
            {
                table.AddRow(new Text(""), Cell(port.Listening == false ? "waiting" : port.State), Cell(port.EndpointName()), Cell(port.Access), Cell(port.Url.ToString()));
            }
        }

        return table;
    }

    private static Text Cell(string text) => new(Plain.Text(text));
}
