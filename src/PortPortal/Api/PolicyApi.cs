using PortPortal.Auth;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures.Limits;
using PortPortal.Engine.Profiles;
using PortPortal.Sdk;
using PortPortal.Wire;

namespace PortPortal.Api;

/// <summary><c>/v1/policy</c>: what no profile may go beyond; everyone reads it, admins change it.</summary>
internal static class PolicyApi
{
    public static void MapPolicy(this RouteGroupBuilder v1)
    {
        var policy = v1.MapGroup("/policy").WithTags("Limits");
        policy.MapGet("/", Get).Produces<PolicyInfo>();
        policy.MapPut("/", SetAsync).RequireAuthorization(Policies.Admin).Produces<PolicyInfo>();
    }

    private static IResult Get(ProfileBook book) => Results.Ok(book.Policy.ToInfo());

    private static async Task<IResult> SetAsync(HttpContext context, LimitService limits, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var body = read.Value;
        var request = new PolicyRequest
        {
            WidestAccess = body.Text("widestAccess"),
            DefaultAccess = body.Text("defaultAccess"),
            MaxLinkTtlSeconds = body.Int("maxLinkTtlSeconds"),
            BearerLinks = body.Flag("bearerLinks"),
        };
        body.RefuseOthers();
        var set = await limits.SetPolicyAsync(request, context.Actor(), body.Faults, cancellationToken);
        return set.Succeeded ? Results.Ok(set.Value.ToInfo()) : new ProblemResult(set.Refusals);
    }
}
