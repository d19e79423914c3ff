using PortPortal.Auth;
using PortPortal.Engine.AllowLists;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Sdk;
using PortPortal.Wire;

namespace PortPortal.Api;

/// <summary><c>/v1/allow-lists</c>: named lists of e-mail rules, their history, and who gets in.</summary>
internal static class AllowListApi
{
    public static void MapAllowLists(this RouteGroupBuilder v1)
    {
        var lists = v1.MapGroup("/allow-lists").RequireAuthorization(Policies.Member).WithTags("Allow-lists");
        lists.MapGet("/", List).Produces<AllowListInfo[]>();
        lists.MapPost("/", AddAsync).RequireAuthorization(Policies.Admin).Produces<AllowListInfo>(StatusCodes.Status201Created);
        lists.MapPost("/test", TestAsync).Produces<AddressTestInfo>();
        lists.MapGet("/{name}", Get).Produces<AllowListInfo>();
        lists.MapPut("/{name}", ChangeAsync).RequireAuthorization(Policies.Admin).Produces<AllowListInfo>();
        lists.MapDelete("/{name}", DeleteAsync).RequireAuthorization(Policies.Admin).Produces(StatusCodes.Status204NoContent);
        lists.MapGet("/{name}/history", HistoryAsync).Produces<AllowListChangeInfo[]>();
    }

    private static IResult List(AllowListFeed feed, AllowListUse use) =>
        Results.Ok(feed.Items.Values.OrderBy(list => list.Name, StringComparer.Ordinal).Select(list => list.ToInfo(use)));

    private static IResult Get(string name, AllowListFeed feed, AllowListUse use) =>
        feed.Find(name) is { } list ? Results.Ok(list.ToInfo(use)) : new ProblemResult(Refusal.NotFound("list"));

    private static async Task<IResult> AddAsync(HttpContext context, AllowListService lists, AllowListUse use, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var (name, request) = (read.Value.Text("name"), Read(read.Value));
        read.Value.RefuseOthers();
        var added = await lists.AddAsync(name, request, context.Actor(), read.Value.Faults, cancellationToken);
        return added.Succeeded ? Results.Created($"/v1/allow-lists/{added.Value.Name}", added.Value.ToInfo(use)) : new ProblemResult(added.Refusals);
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, string name, AllowListService lists, AllowListUse use, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var request = Read(read.Value);
        read.Value.RefuseOthers();
        var changed = await lists.ChangeAsync(name, request, context.Actor(), read.Value.Faults, cancellationToken);
        return changed.Succeeded ? Results.Ok(changed.Value.ToInfo(use)) : new ProblemResult(changed.Refusals);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, string name, AllowListUse use, CancellationToken cancellationToken)
    {
        var deleted = await use.DeleteAsync(name, context.Actor(), cancellationToken);
        return deleted.Succeeded ? Results.NoContent() : new ProblemResult(deleted.Refusals);
    }

    private static async Task<IResult> HistoryAsync(string name, AllowListService lists, CancellationToken cancellationToken) =>
        Results.Ok((await lists.HistoryAsync(name, cancellationToken)).Select(entry => new AllowListChangeInfo(entry.At, entry.ActorName, entry.Reason)));

    private static async Task<IResult> TestAsync(HttpContext context, WhoGetsIn who, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var body = read.Value;
        var (address, list, session, port) = (body.Text("address"), body.Text("list"), body.Text("session"), body.Int("port"));
        body.RefuseOthers();
        if (address is null)
        {
            body.Faults.Add(Refusal.Invalid("address", "address is missing: give the e-mail address to test."));
        }

        if (list is null ? session is null || port is null : session is not null || port is not null)
        {
            body.Faults.Add(Refusal.Invalid("list", "list is the name of an allow-list; or leave it out and give session and port."));
        }

        if (body.Faults.Count > 0)
        {
            return new ProblemResult(body.Faults);
        }

        var test = list is not null ? who.ByList(address!, list, context.Actor()) : who.AtPort(address!, session!, port!.Value, context.Actor());
        return test.Succeeded ? Results.Ok(test.Value.ToInfo()) : new ProblemResult(test.Refusals);
    }

    private static AllowListRequest Read(JsonBody body) => new()
    {
        Note = body.Text("note"),
        Entries = body.ObjectsOrNull("entries")?.Select(ReadEntry).ToList(),
    };

    private static AllowedEntryRequest ReadEntry(JsonBody entry)
    {
        var read = new AllowedEntryRequest(entry.Text("rule"), entry.Moment("until"), entry.Text("note"));
        entry.RefuseOthers();
        return read;
    }
}
