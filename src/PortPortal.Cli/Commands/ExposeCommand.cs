using System.CommandLine;
using PortPortal.Cli.Output;
using PortPortal.Sdk;

namespace PortPortal.Cli.Commands;

/// <summary><c>expose session:port</c>: opens a port and prints its URL; what people need beside it goes to standard error.</summary>
internal static class ExposeCommand
{
    public static Command New()
    {
        var port = Options.Port(numberOnly: true);
        var access = new Option<string?>("--access") { Description = "Who may come in; sso where it is left out." };
        access.AcceptOnlyFromAmong([.. AccessModes.All]);
        var emails = new Option<string[]?>("--email") { Description = "An address, *@domain or list that may come in, with --access email; may be repeated." };
        var label = new Option<string?>("--label") { Description = "What people call it." };
        var name = new Option<string?>("--name") { Description = "The endpoint's name, for https://NAME.session.localhost." };
        var lasting = Options.Duration("--for", "How long it stays open.");
        return new Command("expose", "Open a port to visitors.") { port, access, emails, label, name, lasting, Options.Json }.Does(async (call, cancellationToken) =>
        {
            var address = call.Value(port);
            var list = call.Value(emails) is { Length: > 0 } given ? given : null;
            var exposed = await call.Client.Session(address.Session).ExposeAsync(
                new NewPort
                {
                    Port = address.Port!.Value,
                    Access = call.Value(access) ?? (list is null ? null : AccessModes.Email),
                    AllowedEmails = list,
                    Label = call.Value(label),
                    Name = call.Value(name),
                    ExpiresAt = TimeProvider.System.GetUtcNow() + call.Value(lasting),
                },
                cancellationToken);
            await (call.Json ? call.SayJsonAsync(exposed) : SayAsync(call, exposed));
        });
    }

    private static async Task SayAsync(Call call, ExposedPortInfo exposed)
    {
        await call.SayAsync(exposed.Url.ToString());
        await call.SayAsideAsync($"  access  {exposed.Access}{(exposed.AllowedEmails is { Count: > 0 } emails ? $": {Plain.Text(string.Join(", ", emails))}" : "")}");
        if (exposed.Access == AccessModes.Public)
        {
            await call.SayAsideAsync("          anyone with the URL can open it");
        }

        if (exposed.Pin is { } pin)
        {
            await call.SayAsideAsync($"  pin     {pin}");
        }

        if (exposed.ShareLink is { } link)
        {
            await call.SayAsideAsync($"  share   {link}");
        }
    }
}
