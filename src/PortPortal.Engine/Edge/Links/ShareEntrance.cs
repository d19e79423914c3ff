using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Handover;
using PortPortal.Engine.Edge.Pages;
using PortPortal.Engine.Edge.Routes;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Access;
using PortPortal.Engine.ShareLinks;

namespace PortPortal.Engine.Edge.Links;

/// <summary><c>/share/{token}</c> on the base domain and on the portal's host: sends people on to the app's host with a code, so that no app ever sees a token.</summary>
internal sealed class ShareEntrance(ShareLinkFeed links, LiveLinks live, ShareLinkUses uses, OneTimeCodes<LinkVisit> codes, EdgeRouteTable routes, VisitAudit audit)
{
    private const string Prefix = "/share/";

    public static bool Handles(string target) => target.StartsWith(Prefix, StringComparison.Ordinal);

    public async Task OpenAsync(HttpContext context, Admission admission)
    {
        // 1. A link of ours; anything else is nothing.
        var request = context.Request;
        if (!(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) || links.FindByToken(TokenOf(admission.Target)) is not { } link)
        {
            await PageWriter.WriteAsync(context, EdgePages.NotFound, admission.Host);
            return;
        }

        // 2. One that works.
        if (live.EndOf(link) is { } end || routes.Find(link.ExposureId) is not { } route)
        {
            end = live.EndOf(link) ?? LinkEnd.Closed;
            await RefuseAsync(context, link, end, admission.Host);
            return;
        }

        // 3. Who only looks uses nothing up and is led nowhere.
        if (HttpMethods.IsHead(request.Method) || PreviewBots.Sent(request))
        {
            await PageWriter.WriteHtmlAsync(context, LinkPages.Unopened, admission.Host);
            return;
        }

        // 4. A link for so many people is there for those who came in time.
        var browser = BrowserCookie.Read(request);
        if (link.IsUsedUp && !(browser is not null && await uses.HasComeAsync(link.Id, browser, context.RequestAborted)))
        {
            await RefuseAsync(context, link, LinkEnd.UsedUp, admission.Host);
            return;
        }

        // 5. On to the app's host.
        var url = route.Exposure.Url;
        var code = codes.Issue(new(link.Id, browser ?? BrowserCookie.Begin(context.Response), url.Host));
        await (code is null
            ? PageWriter.WriteAsync(context, EdgePages.Draining, admission.Host)
            : PageWriter.RedirectAsync(context, $"{url.GetLeftPart(UriPartial.Authority)}{LinkArrival.Path}?code={code}"));
    }

    private Task RefuseAsync(HttpContext context, ShareLinkStatus link, LinkEnd end, string host)
    {
        if (routes.Find(link.ExposureId) is { } route)
        {
            audit.Refused(context, route, new Visitor(host), LinkArrival.Because(end));
        }

        return PageWriter.WriteAsync(context, LinkPages.Ended(end, link.Port, live.ExpiryOf(link)), host);
    }

    private static string TokenOf(string target)
    {
        var rest = target[Prefix.Length..];
        var end = rest.AsSpan().IndexOfAny('?', '/');
        return end < 0 ? rest : rest[..end];
    }
}
