using System.CommandLine;
using System.Globalization;
using PortPortal.Cli.Output;
using PortPortal.Sdk;

namespace PortPortal.Cli.Commands;

/// <summary><c>list [session]</c>: the sessions, or the ports of one.</summary>
internal static class ListCommand
{
    private static readonly string[] SessionHeadings = ["NAME", "RUN ID", "STATE", "AGE", "ENDPOINTS"];
    private static readonly string[] PortHeadings = ["PORT", "STATE", "ACCESS", "LABEL", "URL"];

    public static Command New()
    {
        var session = new Argument<string?>("session") { Description = "A session, to list its ports.", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all", "-a") { Description = "Sessions that have ended, too." };
        return new Command("list", "List the running sessions, or the ports of one.") { session, all, Options.Json }.Does((call, cancellationToken) =>
            call.Value(session) is { } one ? PortsAsync(call, RunId.ToSession(one), cancellationToken) : SessionsAsync(call, call.Value(all), cancellationToken));
    }

    private static async Task SessionsAsync(Call call, bool all, CancellationToken cancellationToken)
    {
        var sessions = (await call.Client.ListSessionsAsync(cancellationToken: cancellationToken)).Where(session => all || session.State != SessionStates.Terminated).ToList();
        if (call.Json)
        {
            await call.SayJsonAsync(sessions);
            return;
        }

        var now = TimeProvider.System.GetUtcNow();
        await call.SayAsync(Columns.Of(SessionHeadings, sessions.Select(session => Row(session, now))));
    }

    public static IReadOnlyList<string> Row(SessionInfo session, DateTimeOffset now) =>
        [session.Name, RunId.Of(session.Id), session.State, Duration.Ago(now - session.CreatedAt), session.Names()];

    private static async Task PortsAsync(Call call, string session, CancellationToken cancellationToken)
    {
        var ports = await call.Client.Session(session).ListPortsAsync(cancellationToken);
        if (call.Json)
        {
            await call.SayJsonAsync(ports);
            return;
        }

        await call.SayAsync(Columns.Of(PortHeadings, ports.Select(port => new[]
        {
            port.Port.ToString(CultureInfo.InvariantCulture),
            port.Listening switch { true => "listening", false => "waiting", null => "unknown" },
            port.Access ?? "-",
            port.Label ?? port.Process ?? "",
            port.Url?.ToString() ?? "",
        })));
    }
}
