using System.CommandLine;
using PortPortal.Cli.Output;

namespace PortPortal.Cli.Commands;

/// <summary><c>visitors session:port</c>: who is in a port now.</summary>
internal static class VisitorsCommand
{
    private static readonly string[] Headings = ["WHO", "CAME BY", "FROM", "WITH", "SINCE", "OPEN", "ID"];

    public static Command New()
    {
        var port = Options.Port();
        var disconnect = new Option<string?>("--disconnect") { Description = "The id of a visitor whose connections to cut." };
        return new Command("visitors", "List who is in a port now.") { port, disconnect, Options.Json }.Does(async (call, cancellationToken) =>
        {
            var exposed = await call.Client.FindAsync(call.Value(port), cancellationToken);
            var session = call.Client.Session(exposed.SessionId);
            if (call.Value(disconnect) is { } visitor)
            {
                await session.DisconnectAsync(exposed.Port, visitor, cancellationToken);
                await call.SayAsideAsync($"Disconnected {visitor}.");
                return;
            }

            var visitors = await session.ListVisitorsAsync(exposed.Port, cancellationToken);
            var now = TimeProvider.System.GetUtcNow();
            await (call.Json ? call.SayJsonAsync(visitors) : call.SayAsync(Columns.Of(Headings, visitors.Select(someone => new[]
            {
                someone.Who ?? "someone",
                someone.CameBy,
                someone.From,
                someone.Agent,
                Duration.Ago(now - someone.Since),
                $"{someone.Open}",
                someone.Id,
            }))));
        });
    }
}
