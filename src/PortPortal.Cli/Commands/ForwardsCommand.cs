using System.CommandLine;
using System.Globalization;
using PortPortal.Cli.Output;

namespace PortPortal.Cli.Commands;

/// <summary><c>forwards session</c>: its port forwards.</summary>
internal static class ForwardsCommand
{
    private static readonly string[] Headings = ["ID", "ADDRESS", "PORT", "STATE", "LABEL"];

    public static Command New()
    {
        var session = Options.Session();
        return new Command("forwards", "List the port forwards of a session.") { session, Options.Json }.Does(async (call, cancellationToken) =>
        {
            var forwards = await call.Client.Session(RunId.ToSession(call.Value(session))).ListPortForwardsAsync(cancellationToken);
            await (call.Json ? call.SayJsonAsync(forwards) : call.SayAsync(Columns.Of(Headings, forwards.Select(forward => new[]
            {
                forward.Id,
                $"{forward.Hostname}:{forward.HostPort}",
                forward.GuestPort.ToString(CultureInfo.InvariantCulture),
                forward.Reason is { } reason ? $"{forward.State}: {reason}" : forward.State,
                forward.Label ?? "",
            }))));
        });
    }
}
