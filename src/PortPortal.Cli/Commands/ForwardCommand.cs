using System.CommandLine;
using PortPortal.Sdk;

namespace PortPortal.Cli.Commands;

/// <summary><c>forward session:port</c>: forwards raw TCP, and prints where to dial.</summary>
internal static class ForwardCommand
{
    public static Command New()
    {
        var port = Options.Port(numberOnly: true);
        var label = new Option<string?>("--label") { Description = "What people call it." };
        var sources = new Option<string[]?>("--source") { Description = "A network that may connect, such as 198.51.100.0/24; may be repeated. Everyone where it is left out." };
        var knock = new Option<bool>("--knock") { Description = "Only for addresses that have passed the gate of one of the session's web ports within the last hour." };
        var lasting = Options.Duration("--for", "How long it stays open.");
        return new Command("forward", "Forward a public TCP port of the node to a port of a session.") { port, label, sources, knock, lasting, Options.Json }.Does(async (call, cancellationToken) =>
        {
            var address = call.Value(port);
            var made = await call.Client.Session(address.Session).ForwardAsync(
                new NewPortForward
                {
                    GuestPort = address.Port!.Value,
                    Label = call.Value(label),
                    Sources = call.Value(sources) is { Length: > 0 } given ? given : null,
                    Knock = call.Value(knock) ? true : null,
                    ExpiresAt = TimeProvider.System.GetUtcNow() + call.Value(lasting),
                },
                cancellationToken);
            await (call.Json ? call.SayJsonAsync(made) : call.SayAsync($"{made.Hostname}:{made.HostPort}"));
        });
    }
}
