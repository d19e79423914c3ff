using System.Globalization;
using PortPortal.Auth;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions;
using PortPortal.Sdk;
using PortPortal.Wire;

namespace PortPortal.Api;

/// <summary><c>/v1/audit</c>: what was done and who was refused, for admins; and the page Activity's own download.</summary>
internal static class AuditApi
{
    private const int UsualPage = 100;
    private static readonly string[] PageNames = ["limit", "cursor"];
    private static readonly string[] Formats = ["csv", "jsonl"];

    public static void MapAudit(this RouteGroupBuilder v1)
    {
        var audit = v1.MapGroup("/audit").WithTags("Audit").RequireAuthorization(Policies.Admin);
        audit.MapGet("/", ListAsync).Produces<AuditPageInfo>();
        audit.MapGet("/export", ExportAsync).Produces<string>(contentType: "text/csv");
    }

    /// <summary>For a signed-in browser, which has no key to send.</summary>
    public static void MapAuditExport(this IEndpointRouteBuilder app) => app.MapGet("/activity/export", ExportAsync).RequireAuthorization(Policies.Viewer).ExcludeFromDescription();

    private static async Task<IResult> ListAsync(HttpContext context, AuditLog log, CancellationToken cancellationToken)
    {
        Faults faults = [];
        var filter = Read(context.Request.Query, faults, PageNames);
        var limit = ReadNumber(context.Request.Query, "limit", AuditLog.LongestPage, faults) ?? UsualPage;
        var cursor = ReadNumber(context.Request.Query, "cursor", long.MaxValue, faults);
        if (faults.Count > 0)
        {
            return new ProblemResult(faults);
        }

        var page = await log.ReadAsync(filter, AuditScope.Everything, cursor, (int)limit, cancellationToken);
        return Results.Ok(new AuditPageInfo { Entries = [.. page.Select(entry => entry.ToInfo())], Next = page.Count == limit ? page[^1].Id : null });
    }

    private static async Task<IResult> ExportAsync(HttpContext context, AuditLog log, SessionActivity activity, CancellationToken cancellationToken)
    {
        Faults faults = [];
        var query = context.Request.Query;
        var filter = Read(query, faults, ["format"]);
        var format = (string?)query["format"] ?? "csv";
        if (!Formats.Contains(format))
        {
            faults.Add(Refusal.Invalid("format", $"format takes {string.Join(" or ", Formats)}."));
        }

        if (faults.Count > 0)
        {
            return new ProblemResult(faults);
        }

        var entries = log.ReadAllAsync(filter, await activity.ScopeAsync(context.Actor(), cancellationToken), cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        return format == "csv"
            ? Results.Stream(output => AuditExport.WriteCsvAsync(entries, output), "text/csv; charset=utf-8", "portportal-activity.csv")
            : Results.Stream(output => AuditExport.WriteJsonLinesAsync(entries, output), "application/jsonl", "portportal-activity.jsonl");
    }

    /// <summary>A misspelt filter would show more than was asked for, so it is refused.</summary>
    private static AuditFilter Read(IQueryCollection query, Faults faults, IReadOnlyCollection<string> more)
    {
        string[] known = [.. AuditFilterText.Names, .. more];
        foreach (var name in query.Keys.Where(name => !known.Contains(name)))
        {
            faults.Add(Refusal.Invalid(name, $"{name} is not a part of this request, which takes: {string.Join(", ", known)}.", RefusalCodes.UnknownMember));
        }

        foreach (var name in known.Where(name => query[name].Count > 1))
        {
            faults.Add(Refusal.Invalid(name, $"{name} is given once."));
        }

        return AuditFilterText.Read(name => query[name] is [{ } only] ? only : null, faults);
    }

    private static long? ReadNumber(IQueryCollection query, string name, long most, Faults faults)
    {
        if (query[name] is not [{ } text])
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most)
        {
            return number;
        }

        faults.Add(Refusal.Invalid(name, $"{name} is a whole number from 1 to {most}."));
        return null;
    }
}
