using System.CommandLine;
using System.Globalization;
using PortPortal.Cli.Output;
using PortPortal.Sdk;

namespace PortPortal.Cli.Commands;

/// <summary><c>share session:port</c>: mints a link, prints it, and its QR code where there is a terminal.</summary>
internal static class ShareCommand
{
    public static Command New()
    {
        var port = Options.Port();
        var ttl = Options.Duration("--ttl", "How long it lives; 24h where it is left out.");
        var label = new Option<string?>("--label") { Description = "Whom or what it is for." };
        var path = new Option<string?>("--path") { Description = "Where in the app it leads, such as /docs." };
        var uses = new Option<int?>("--max-uses") { Description = "How many people may come in by it." };
        var bearer = new Option<bool>("--bearer") { Description = "The link itself admits, whatever the access mode; where the profile allows that." };
        var qr = new Option<bool?>("--qr") { Description = "Print the QR code; --qr false does not. Without it: where there is a terminal." };
        return new Command("share", "Mint a share link to an open port.") { port, ttl, label, path, uses, bearer, qr, Options.Json }.Does(async (call, cancellationToken) =>
        {
            var exposed = await call.Client.FindAsync(call.Value(port), cancellationToken);
            var link = await call.Client.Session(exposed.SessionId).ShareAsync(
                exposed.Port,
                new NewShareLink
                {
                    TtlSeconds = (int?)call.Value(ttl)?.TotalSeconds,
                    Label = call.Value(label),
                    Path = call.Value(path),
                    MaxUses = call.Value(uses),
                    Bearer = call.Value(bearer) ? true : null,
                },
                cancellationToken);
            await (call.Json ? call.SayJsonAsync(link) : SayAsync(call, link, call.Value(qr) ?? !Console.IsOutputRedirected));
        });
    }

    private static async Task SayAsync(Call call, ShareLinkInfo link, bool qr)
    {
        var url = link.Url!.ToString();
        await call.SayAsync(url);
        if (qr)
        {
            await call.Out.WriteAsync(QrText.Of(url, coloured: !Console.IsOutputRedirected));
        }

        await call.SayAsideAsync(string.Create(CultureInfo.InvariantCulture, $"  ends    {link.ExpiresAt:yyyy-MM-dd HH:mm} UTC, {Duration.Left(link.ExpiresAt - TimeProvider.System.GetUtcNow())}"));
        await call.SayAsideAsync($"  revoke  portportal links revoke {link.Id}");
    }
}
