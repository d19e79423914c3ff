using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Access;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Gates;
using PortPortal.Engine.Edge.Grants;
using PortPortal.Engine.Edge.Links;
using PortPortal.Engine.Edge.Pages;
using PortPortal.Engine.Edge.Routes;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Edge.Upstream;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.ShareLinks;

namespace PortPortal.Engine.Edge;

/// <summary>What a visitor gets instead of the app, and what is noted about it.</summary>
internal sealed partial class EdgeRefusals(EdgeEndpoints endpoints, PinGate pin, AskGate ask, EdgeGate gate, VisitorOrigins origins, VisitAudit audit, PublicAddress address, ILogger<EdgeRefusals> logger)
{
    private static readonly Refusal BadBody = new(400, RefusalCodes.InvalidRequest, "The request's body broke off or is malformed.");
    private static readonly Refusal BadRequest = new(400, RefusalCodes.InvalidRequest, "The request cannot be forwarded as it stands.");

    /// <summary>A request whose shape is wrong: what follows on the same connection may be part of it.</summary>
    public static Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        if (refusal.Status == 400 && context.Request.Protocol is "HTTP/1.1" or "HTTP/1.0")
        {
            context.Response.Headers.Connection = "close";
        }

        if (refusal.Status == 405)
        {
            context.Response.Headers.Allow = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
        }

        return PageWriter.WriteAsync(context, EdgePages.Of(refusal), EdgeName.TryParse(context.Request.Headers.Host, out var name) ? name.Host : "");
    }

    /// <summary>A host that leads nowhere: closed, for whoever was let in before or holds a link we signed; to everyone else there never was anything.</summary>
    public Task AnswerNothingHereAsync(HttpContext context, ExposureHostname? name, string host) => PageWriter.WriteAsync(
        context,
        name is ExposureHostname.OfPreview || gate.WasLetIn(context, host) ? EdgePages.Ended((name as ExposureHostname.OfPort)?.Port, address.Portal) : EdgePages.NotFound,
        host);

    /// <summary>Someone the gate does not admit: the way to a proof where there is one, else a plain no.</summary>
    public Task AnswerGateAsync(HttpContext context, EdgeRoute route, in Visitor visitor, in AccessDecision decision, in Admission admitted)
    {
        if (EdgeCors.IsPreflight(context.Request) && origins.Judge(context, route, admitted.Host) == VisitorOrigin.SameSession)
        {
            return EdgeCors.AllowAsync(context);
        }

        var port = route.Exposure.Port;
        if (PageOfLink(decision.Code, port, visitor) is { } page)
        {
            audit.Refused(context, route, visitor, decision.Code == RefusalCodes.LinkExpired ? LinkArrival.Because(LinkEnd.Expired) : "the link they came by works no more");
            // What is left is the port's own check, at the next try.
            GrantCookie.Clear(context.Response);
            return PageWriter.WriteAsync(context, page, admitted.Host);
        }

        if (decision.Verdict != Verdict.ProofMissing)
        {
            audit.Refused(context, route, visitor, visitor.IsKeptOut ? VisitAudit.KeptOut : VisitAudit.NotOnList);
            return ask.DenyAsync(context, route, visitor, admitted.Host, HttpMethods.IsGet(context.Request.Method) ? admitted.Target : "/");
        }

        if (decision.Code == RefusalCodes.SignInRequired && Navigation.MayBeRedirected(context))
        {
            return endpoints.BeginSignInAsync(context, route, admitted.Host, admitted.Target);
        }

        if (!Navigation.WantsHtml(context))
        {
            audit.Refused(context, route, visitor, "nothing proved who they are");
        }

        // Back to the page asked for, where asking for it again does nothing.
        var target = HttpMethods.IsGet(context.Request.Method) ? admitted.Target : "/";
        return decision.Code switch
        {
            RefusalCodes.PinRequired => pin.AskAsync(context, route, admitted.Host, target),
            RefusalCodes.CodeRequired => EmailGate.AskAsync(context, route, admitted.Host, target),
            _ => PageWriter.WriteAsync(context, EdgePages.SignIn(port, EdgeEndpoints.SignInLink(target)), admitted.Host),
        };
    }

    public Task AnswerForeignPageAsync(HttpContext context, EdgeRoute route, in Visitor visitor, string host)
    {
        audit.Refused(context, route, visitor, "a page of another site opened the connection for them");
        return PageWriter.WriteAsync(context, EdgePages.NotAllowed(route.Exposure.Port), host);
    }

    public static Task AnswerNotRunningAsync(HttpContext context, EdgeRoute route, string host) => PageWriter.WriteAsync(
        context,
        route.Exposure.State switch
        {
            ExposureState.Paused => EdgePages.Paused(route.Exposure.Port),
            ExposureState.Pending => route.Exposure.Waits ? EdgePages.Queued(route.Exposure) : EdgePages.Waiting(route.Exposure),
            _ => EdgePages.Unreachable(route.Exposure.Port),
        },
        host);

    /// <summary>An exchange that went wrong; nothing more can be said once the app's answer has begun.</summary>
    public Task AnswerFailureAsync(HttpContext context, EdgeRoute route, ForwardResult result, string host)
    {
        Log.ForwardFailed(logger, route.Exposure.Id, result.Outcome, result.Detail);
        if (result.ResponseStarted)
        {
            return Task.CompletedTask;
        }

        var port = route.Exposure.Port;
        switch (result.Outcome)
        {
            case ForwardOutcome.ClientAborted or ForwardOutcome.Cut:
                context.Abort();
                return Task.CompletedTask;
            case ForwardOutcome.RequestRefused:
                return RefuseAsync(context, BadRequest);
            case ForwardOutcome.RequestBodyFailed:
                return RefuseAsync(context, BadBody);
            case ForwardOutcome.NotListening:
                return PageWriter.WriteAsync(context, EdgePages.Waiting(route.Exposure), host);
            case ForwardOutcome.Unreachable or ForwardOutcome.ConnectTimeout or ForwardOutcome.AddressRefused:
                return PageWriter.WriteAsync(context, EdgePages.Unreachable(port), host);
            case ForwardOutcome.HeaderTimeout or ForwardOutcome.IdleTimeout:
                return PageWriter.WriteAsync(context, EdgePages.UpstreamTimeout(port), host);
            default:
                return PageWriter.WriteAsync(context, EdgePages.UpstreamFailed(port), host);
        }
    }

    private static EdgePage? PageOfLink(string? code, int port, in Visitor visitor) => code switch
    {
        RefusalCodes.LinkExpired => LinkPages.Expired(port, visitor.Link?.ExpiresAt ?? visitor.Grant?.ExpiresAt ?? default),
        RefusalCodes.LinkRevoked => LinkPages.Revoked(port),
        RefusalCodes.PolicyForbids => LinkPages.Forbidden(port),
        _ => null,
    };

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Forwarding to exposure {Exposure} ended with {Outcome}: {Detail}")]
        public static partial void ForwardFailed(ILogger logger, string exposure, ForwardOutcome outcome, string? detail);
    }
}
