using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Access;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Grants;
using PortPortal.Engine.Edge.Links;
using PortPortal.Engine.Edge.Pages;
using PortPortal.Engine.Edge.Routes;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.ShareLinks;

namespace PortPortal.Engine.Edge.Gates;

/// <summary>Lets in whoever has just proved something: the gate's word, the count of the link they came by, the cookie, and on to the page asked for.</summary>
internal sealed class GateEntrance(EdgeGate gate, GrantCookie cookie, ViaCookie vias, LiveLinks links, ShareLinkUses uses, AskGate ask, VisitAudit audit, TimeProvider time)
{
    /// <summary>Short enough that a lost device is not let in for long, long enough that nobody notices.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <param name="account">The account behind a sign-in.</param>
    /// <param name="email">The address behind a code.</param>
    /// <param name="target">In origin form.</param>
    public async Task EnterAsync(HttpContext context, EdgeRoute route, Admission admission, Proof proof, string target, VisitorAccount? account = null, string? email = null)
    {
        // 1. The gate's word.
        var grant = New(route, admission.Host, proof) with { UserId = account?.UserId, SignInId = account?.SignInId, Email = email };
        var visitor = gate.Know(route.Policy, admission.Host, grant, PeerAddress.Of(context));
        var decision = gate.Decide(route.Policy, visitor);
        if (!decision.IsAdmitted)
        {
            await DenyAsync(context, route, admission, visitor, decision, target);
            return;
        }

        // 2. Whoever came by a link that still works takes one of its places, and goes when it goes.
        if (vias.Read(context.Request, admission.Host) is { } via && via.ExposureId == route.Exposure.Id && links.Find(via.LinkId) is { } link)
        {
            var end = await uses.CountAsync(via.LinkId, via.Browser, PeerAddress.Text(context), context.RequestAborted);
            if (end == LinkEnd.UsedUp)
            {
                audit.Refused(context, route, visitor, LinkArrival.Because(LinkEnd.UsedUp));
                await PageWriter.WriteAsync(context, LinkPages.Ended(LinkEnd.UsedUp, route.Exposure.Port, link.ExpiresAt), admission.Host);
                return;
            }

            grant = end is null ? OnLink(grant, link) : grant;
        }

        // 3. In.
        await AdmitAsync(context, admission, grant, target);
    }

    /// <summary>Lets in whoever came by a link that asks for nothing else.</summary>
    /// <param name="link">Counted already; null where it has ended meanwhile.</param>
    public Task EnterByLinkAsync(HttpContext context, EdgeRoute route, in Admission admission, string target, VisitorLink? link) => link is null
        ? PageWriter.WriteAsync(context, LinkPages.Revoked(route.Exposure.Port), admission.Host)
        : AdmitAsync(context, admission, OnLink(New(route, admission.Host, Proof.Link), link), target);

    /// <summary>The grant says who they are, not that they may: with it they can ask, and are in once the owner says yes.</summary>
    private Task DenyAsync(HttpContext context, EdgeRoute route, in Admission admission, in Visitor visitor, in AccessDecision decision, string target)
    {
        audit.Refused(context, route, visitor, visitor.IsKeptOut ? VisitAudit.KeptOut : VisitAudit.NotOnList);
        if (decision.Verdict == Verdict.ProofMissing || visitor.Grant is not { } grant)
        {
            return PageWriter.WriteAsync(context, EdgePages.Denied(route.Exposure.Port, visitor.Account?.VerifiedEmail ?? visitor.Account?.Name), admission.Host);
        }

        cookie.Write(context.Response, grant);
        return ask.DenyAsync(context, route, visitor, admission.Host, target);
    }

    private Task AdmitAsync(HttpContext context, in Admission admission, Grant grant, string target)
    {
        cookie.Write(context.Response, grant);
        return PageWriter.RedirectAsync(context, $"https://{admission.Authority}{target}");
    }

    private Grant New(EdgeRoute route, string host, Proof proof)
    {
        var now = time.GetUtcNow();
        return new()
        {
            Id = ShortId.NewToken(26),
            ExposureId = route.Exposure.Id,
            Host = host,
            Proof = proof,
            Version = route.Policy.Version,
            IssuedAt = now,
            ExpiresAt = now + Lifetime,
        };
    }

    private static Grant OnLink(Grant grant, VisitorLink link) => grant with
    {
        LinkId = link.Id,
        ExpiresAt = link.ExpiresAt < grant.ExpiresAt ? link.ExpiresAt : grant.ExpiresAt,
    };
}
