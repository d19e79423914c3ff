using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Access;
using PortPortal.Engine.Edge.Gates;
using PortPortal.Engine.Edge.Grants;
using PortPortal.Engine.Edge.Handover;
using PortPortal.Engine.Edge.Pages;
using PortPortal.Engine.Edge.Routes;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.ShareLinks;

namespace PortPortal.Engine.Edge.Links;

/// <summary>The app host's half of a share link: trades the code for what the link gives, which is at least its start page.</summary>
internal sealed class LinkArrival(OneTimeCodes<LinkVisit> codes, ShareLinkFeed links, LiveLinks live, ShareLinkUses uses, ViaCookie via, EdgeGate gate, GateEntrance entrance, VisitAudit audit)
{
    public const string Path = EdgeEndpoints.Prefix + "link";

    public static string Because(LinkEnd end) => end switch
    {
        LinkEnd.Revoked => "the link had been revoked",
        LinkEnd.UsedUp => "the link had been used up",
        LinkEnd.Closed => "the link had ended with its port",
        _ => "the link had expired",
    };

    public async Task EnterAsync(HttpContext context, EdgeRoute route, Admission admission, string code)
    {
        // 1. The code, which is used up by this; a page that was gone back to asks for it again in vain.
        if (codes.Redeem(code) is not { } visit
            || visit.Host != admission.Host
            || links.Find(visit.LinkId) is not { } link
            || link.ExposureId != route.Exposure.Id)
        {
            await PageWriter.RedirectAsync(context, $"https://{admission.Authority}/");
            return;
        }

        var target = GateForm.TargetOf(link.StartPath);
        var here = $"https://{admission.Authority}{target}";
        if (route.Policy.Mode != AccessMode.Public)
        {
            // 2. Who is in by their own right stays so, and is not counted.
            if (gate.Decide(route.Policy, gate.Identify(context, route.Policy, admission.Host)).IsAdmitted)
            {
                await PageWriter.RedirectAsync(context, here);
                return;
            }

            // 3. The gate asks, and then counts.
            if (!live.Admits(link))
            {
                via.Write(context.Response, new(link.Id, visit.Browser, link.ExposureId, admission.Host, live.ExpiryOf(link)));
                await PageWriter.RedirectAsync(context, here);
                return;
            }
        }

        // 4. Nothing else is asked.
        if (await uses.CountAsync(link.Id, visit.Browser, PeerAddress.Text(context), context.RequestAborted) is { } end)
        {
            audit.Refused(context, route, new Visitor(admission.Host), Because(end));
            await PageWriter.WriteAsync(context, LinkPages.Ended(end, link.Port, live.ExpiryOf(link)), admission.Host);
            return;
        }

        await (route.Policy.Mode == AccessMode.Public
            ? PageWriter.RedirectAsync(context, here)
            : entrance.EnterByLinkAsync(context, route, admission, target, live.Find(link.Id)));
    }
}
