using System.CommandLine;
using System.Globalization;
using PortPortal.Cli.Output;
using PortPortal.Sdk;

namespace PortPortal.Cli.Commands;

/// <summary><c>links</c>: the share links there are; <c>links revoke ID</c> and <c>links extend ID --ttl</c>.</summary>
internal static class LinksCommand
{
    private static readonly string[] Headings = ["ID", "PORT", "LABEL", "USES", "ENDS", "LAST USED"];

    public static Command New()
    {
        var links = new Command("links", "List share links, extend and revoke them.") { Options.Json };
        links.Does(ListAsync);
        links.Add(NewRevoke());
        links.Add(NewExtend());
        return links;
    }

    private static Command NewRevoke()
    {
        var id = new Argument<string>("id") { Description = "The link's id, as links lists it." };
        return new Command("revoke", "End a link now, with everyone who came in by it.") { id }.Does(async (call, cancellationToken) =>
        {
            await call.Client.RevokeShareLinkAsync(call.Value(id), cancellationToken);
            await call.SayAsideAsync($"Revoked {call.Value(id)}.");
        });
    }

    private static Command NewExtend()
    {
        var id = new Argument<string>("id") { Description = "The link's id, as links lists it." };
        var ttl = Options.Duration("--ttl", "How long it lives from now.");
        ttl.Required = true;
        return new Command("extend", "Give a link a new end.") { id, ttl, Options.Json }.Does(async (call, cancellationToken) =>
        {
            var link = await call.Client.ExtendShareLinkAsync(call.Value(id), TimeProvider.System.GetUtcNow() + call.Value(ttl)!.Value, cancellationToken);
            await (call.Json ? call.SayJsonAsync(link) : call.SayAsideAsync(string.Create(CultureInfo.InvariantCulture, $"{link.Id} ends {link.ExpiresAt:yyyy-MM-dd HH:mm} UTC.")));
        });
    }

    private static async Task ListAsync(Call call, CancellationToken cancellationToken)
    {
        var links = await call.Client.ListShareLinksAsync(cancellationToken);
        if (call.Json)
        {
            await call.SayJsonAsync(links);
            return;
        }

        var now = TimeProvider.System.GetUtcNow();
        await call.SayAsync(Columns.Of(Headings, links.Select(link => Row(link, now))));
    }

    private static string[] Row(ShareLinkInfo link, DateTimeOffset now) =>
    [
        link.Id,
        $"{link.SessionId}:{link.Port}",
        link.Label ?? "",
        link.MaxUses is { } most ? $"{link.Uses} of {most}" : $"{link.Uses}",
        link.State == "active" ? Duration.Left(link.ExpiresAt - now) : link.State,
        link.LastUsedAt is { } used ? Duration.Ago(now - used) : "never",
    ];
}
