using PortPortal.Auth;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures.Limits;
using PortPortal.Engine.Profiles;
using PortPortal.Sdk;
using PortPortal.Wire;

namespace PortPortal.Api;

/// <summary><c>/v1/profiles</c>: the limits of sessions, by name; everyone reads them, admins change them.</summary>
internal static class ProfileApi
{
    public static void MapProfiles(this RouteGroupBuilder v1)
    {
        var profiles = v1.MapGroup("/profiles").WithTags("Limits");
        profiles.MapGet("/", List).Produces<ProfileInfo[]>();
        profiles.MapGet("/{name}", Get).Produces<ProfileInfo>();
        profiles.MapPost("/", AddAsync).RequireAuthorization(Policies.Admin).Produces<ProfileInfo>(StatusCodes.Status201Created);
        profiles.MapPut("/{name}", ChangeAsync).RequireAuthorization(Policies.Admin).Produces<ProfileInfo>();
        profiles.MapDelete("/{name}", DeleteAsync).RequireAuthorization(Policies.Admin).Produces(StatusCodes.Status204NoContent);
    }

    private static IResult List(ProfileBook book) => Results.Ok(book.All.Select(profile => profile.ToInfo(book)));

    private static IResult Get(string name, ProfileBook book) =>
        book.Find(name) is { } profile ? Results.Ok(profile.ToInfo(book)) : new ProblemResult(Refusal.NotFound("profile"));

    private static async Task<IResult> AddAsync(HttpContext context, LimitService limits, ProfileBook book, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var (name, request) = (read.Value.Text("name"), Read(read.Value));
        read.Value.RefuseOthers();
        var added = await limits.AddProfileAsync(name, request, context.Actor(), read.Value.Faults, cancellationToken);
        return added.Succeeded ? Results.Created($"/v1/profiles/{added.Value.Name}", added.Value.ToInfo(book)) : new ProblemResult(added.Refusals);
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, string name, LimitService limits, ProfileBook book, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var request = Read(read.Value);
        read.Value.RefuseOthers();
        var changed = await limits.ChangeProfileAsync(name, request, context.Actor(), read.Value.Faults, cancellationToken);
        return changed.Succeeded ? Results.Ok(changed.Value.ToInfo(book)) : new ProblemResult(changed.Refusals);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, string name, LimitService limits, CancellationToken cancellationToken)
    {
        var deleted = await limits.DeleteProfileAsync(name, context.Actor(), cancellationToken);
        return deleted.Succeeded ? Results.NoContent() : new ProblemResult(deleted.Refusals);
    }

    private static ProfileRequest Read(JsonBody body) => new()
    {
        Note = body.Text("note"),
        MaxExposedPorts = body.Int("maxExposedPorts"),
        MaxForwardedPorts = body.Int("maxForwardedPorts"),
        WidestAccess = body.Text("widestAccess"),
        OpenPorts = body.Flag("openPorts"),
        DefaultLinkTtlSeconds = body.Int("defaultLinkTtlSeconds"),
        MaxLinkTtlSeconds = body.Int("maxLinkTtlSeconds"),
        BearerLinks = body.Flag("bearerLinks"),
        RequestsPerSecond = body.Number("requestsPerSecond"),
        RequestBurst = body.Int("requestBurst"),
    };
}
