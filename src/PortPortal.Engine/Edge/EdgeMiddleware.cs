using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using PortPortal.Engine.Access;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Grants;
using PortPortal.Engine.Edge.Index;
using PortPortal.Engine.Edge.Links;
using PortPortal.Engine.Edge.Pages;
using PortPortal.Engine.Edge.Routes;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Edge.Upstream;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.ShareLinks.Previews;

namespace PortPortal.Engine.Edge;

/// <summary>What happens to a request from outside, top to bottom.</summary>
/// <remarks>
/// <code>
/// 0 admission: its shape, its connection, its host      → 400 405 417 421, 503 while draining
///                                                         plain HTTP → HTTPS, but for what a session asks of itself
/// 1 not an app's host → share links, the index, the portal; /.portportal/ → the edge's own corner
/// 2 host name → what it stands for                      → a session's index; 403 for a preview link nobody has signed
/// 3 route                                               → 404, the same for absent and foreign, with a session's index for who may see it; 410 for who was let in before
/// 4 gate                                                → 401 403 or a sign-in; only then 503 for what is paused, 429 for what comes too often
/// 5 forward; failures                                   → 502 503 504; traffic is counted in any case
/// </code>
/// </remarks>
internal sealed class EdgeMiddleware(
    RequestDelegate next,
    EdgeAdmission admission,
    EdgeRouteTable routes,
    EdgeGate gate,
    EdgeEndpoints endpoints,
    ShareEntrance shares,
    PreviewEntrance previews,
    EdgeIndex index,
    EdgeRefusals refusals,
    EdgeConnections connections,
    VisitAudit audit,
    GatePassages passages,
    VisitorOrigins origins,
    CallBacks callBacks,
    UpstreamForwarder forwarder,
    PublicAddress address,
    IHostApplicationLifetime lifetime)
{
    public async Task InvokeAsync(HttpContext context)
    {
        // 0. Shape, connection, host.
        var admitted = admission.Judge(context);
        if (admitted.Refusal is { } refusal)
        {
            await EdgeRefusals.RefuseAsync(context, refusal);
            return;
        }

        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await PageWriter.WriteAsync(context, EdgePages.Draining, admitted.Host);
            return;
        }

        if (admitted.Target == "*")
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        if (!context.Request.IsHttps && (admitted.Site != EdgeSite.App || EdgeEndpoints.IsReserved(admitted.Target)))
        {
            await RedirectToHttpsAsync(context, admitted);
            return;
        }

        // 1. The portal, the base domain, our own corner.
        switch (admitted.Site)
        {
            case EdgeSite.Portal or EdgeSite.Base when ShareEntrance.Handles(admitted.Target):
                await shares.OpenAsync(context, admitted);
                return;
            case EdgeSite.Portal when PreviewEntrance.Handles(admitted.Target):
                await previews.RedirectAsync(context, admitted);
                return;
            case EdgeSite.Portal:
                await next(context);
                return;
            case EdgeSite.Base when index.Handles(context, admitted.Target):
                await index.AnswerAllAsync(context, admitted);
                return;
            case EdgeSite.Base:
                await PageWriter.RedirectAsync(context, address.Portal.AbsoluteUri, StatusCodes.Status302Found);
                return;
        }

        if (EdgeEndpoints.IsReserved(admitted.Target))
        {
            await endpoints.HandleAsync(context, admitted);
            return;
        }

        // 2. What the host name stands for.
        var name = ExposureHostname.TryParse(admitted.Host, address.BaseDomain);
        if (!context.Request.IsHttps && name is ExposureHostname.OfPreview)
        {
            await RedirectToHttpsAsync(context, admitted);
            return;
        }

        if (name is ExposureHostname.OfSession(var session) && index.Handles(context, admitted.Target) && context.Request.IsHttps && await index.TryAnswerOneAsync(context, admitted, session))
        {
            return;
        }

        var token = name is ExposureHostname.OfPreview(var label) ? previews.Read(label) : null;
        if (name is ExposureHostname.OfPreview && token is null)
        {
            await PageWriter.WriteAsync(context, LinkPages.NotGenuine, admitted.Host);
            return;
        }

        var kind = KindOf(context);
        var isNew = false;
        var isCounted = false; // against the limit, once however often it is judged
        while (true)
        {
            // 3. Route. The epoch is read first: what changes after this is noticed in step 5.
            var epoch = connections.Epoch;
            var found = token is null ? routes.Find(name) : routes.Find(token.ExposureId);
            var isCallBack = found is not null && callBacks.IsOne(context, found);
            if (!context.Request.IsHttps && !isCallBack)
            {
                await RedirectToHttpsAsync(context, admitted);
                return;
            }

            if (found is not { } route)
            {
                if (!gate.WasLetIn(context, admitted.Host) && await index.TryAnswerWrongNameAsync(context, admitted, name))
                {
                    return;
                }

                await refusals.AnswerNothingHereAsync(context, name, admitted.Host);
                return;
            }

            // 4. Gate, then what only those may know who passed it.
            var visitor = isCallBack
                ? new Visitor(admitted.Host)
                : gate.Identify(context, route.Policy, admitted.Host, token is null ? null : PreviewEntrance.GrantOf(token, admitted.Host));
            var decision = isCallBack ? AccessDecision.Admit : gate.Decide(route.Policy, visitor);
            if (!decision.IsAdmitted)
            {
                await refusals.AnswerGateAsync(context, route, visitor, decision, admitted);
                return;
            }

            if (token is not null)
            {
                PreviewEntrance.KeepSecret(context);
            }
            else if (!isCallBack && route.Policy.Mode != AccessMode.Public && !MayCarryGrant(context, route, admitted.Host, kind))
            {
                await refusals.AnswerForeignPageAsync(context, route, visitor, admitted.Host);
                return;
            }

            if (!isCallBack && route.Policy.Mode != AccessMode.Public)
            {
                passages.Note(route.Exposure.SessionId, PeerAddress.Of(context));
            }

            if (route.Exposure.State != ExposureState.Active)
            {
                await EdgeRefusals.AnswerNotRunningAsync(context, route, admitted.Host);
                return;
            }

            if (!isCounted && route.Limit.Take() is { } wait)
            {
                await PageWriter.WriteAsync(context, EdgePages.TooMany(route.Exposure.Port, wait), admitted.Host);
                return;
            }

            isCounted = true;

            // 5. Forward.
            var visit = connections.Enter(route, context, visitor, kind, ref isNew);
            try
            {
                if (connections.Epoch != epoch)
                {
                    continue; // something was taken back meanwhile: judge again
                }

                if (isNew)
                {
                    isNew = false;
                    audit.Admitted(context, route, visitor);
                }

                var result = await forwarder.SendAsync(context, route.Upstream, ForwardedFor(context, visitor, admitted), visit, route.Cut);
                visit.Book.Note(result.Outcome);
                if (result is { Outcome: ForwardOutcome.Cut, ResponseStarted: false } && HttpMethods.IsGet(context.Request.Method))
                {
                    continue; // the port was closed, paused or moved under the request: say which
                }

                if (!result.Succeeded)
                {
                    await refusals.AnswerFailureAsync(context, route, result, admitted.Host);
                }

                return;
            }
            finally
            {
                connections.Leave(visit);
            }
        }
    }

    private static Task RedirectToHttpsAsync(HttpContext context, in Admission admitted) => PageWriter.RedirectAsync(
        context,
        $"https://{admitted.Authority}{admitted.Target}",
        HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) ? StatusCodes.Status301MovedPermanently : StatusCodes.Status308PermanentRedirect);

    /// <summary>A grant travels with whatever the browser sends; a WebSocket opened, or an answer read, by a page of another session must not use it.</summary>
    private bool MayCarryGrant(HttpContext context, EdgeRoute route, string host, VisitKind kind)
    {
        if (kind != VisitKind.WebSocket && context.Request.Headers.Origin.Count == 0)
        {
            return true;
        }

        var origin = origins.Judge(context, route, host);
        if (kind == VisitKind.WebSocket)
        {
            return origin is VisitorOrigin.Own or VisitorOrigin.SameSession;
        }

        if (origin == VisitorOrigin.Foreign)
        {
            EdgeCors.KeepFromForeignPages(context);
        }

        return true;
    }

    private static VisitKind KindOf(HttpContext context)
    {
        if (WebSocketHandshake.IsRequested(context))
        {
            return VisitKind.WebSocket;
        }

        return context.Request.Headers.Accept is [{ } accept] && accept.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase)
            ? VisitKind.EventStream
            : VisitKind.Request;
    }

    private static ForwardedVisitor ForwardedFor(HttpContext context, in Visitor visitor, in Admission admitted) =>
        new(admitted.Authority, PeerAddress.Of(context)) { Scheme = context.Request.Scheme, Identity = IdentityOf(visitor) };

    private static ForwardedIdentity? IdentityOf(in Visitor visitor) => visitor switch
    {
        { Grant.Proof: Proof.SignIn, Account: { } account } => new(account.VerifiedEmail ?? account.UserId, account.VerifiedEmail, account.Name),
        { Grant: { Proof: Proof.EmailCode, Email: { } email } } => new(email, email),
        _ => null,
    };
}
