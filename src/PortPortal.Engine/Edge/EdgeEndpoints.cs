using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Access;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Gates;
using PortPortal.Engine.Edge.Handover;
using PortPortal.Engine.Edge.Links;
using PortPortal.Engine.Edge.Pages;
using PortPortal.Engine.Edge.Routes;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.Edge;

/// <summary>The edge's own corner of every app host, <c>/.portportal/</c>: always answered here, never by the app.</summary>
/// <remarks>Only this exact spelling is ours; any other, such as with capitals or percent signs, is the app's own path and gets no act of the edge.</remarks>
internal sealed class EdgeEndpoints(
    EdgeRouteTable routes,
    GateEntrance entrance,
    PinGate pin,
    EmailGate email,
    AskGate ask,
    LinkArrival links,
    VisitState states,
    VisitCodes codes,
    IVisitorAccounts accounts,
    PublicAddress address)
{
    public const string Prefix = "/.portportal/";

    private const string EnterPath = Prefix + "enter";
    private const string SignInPath = Prefix + "sign-in";

    public static bool IsReserved(string target) => target.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Where a visitor lands after signing in on the portal.</summary>
    public static string EnterUrl(PublicAddress address, string host, string code, string state) => $"{address.UrlOf(host)}{EnterPath[1..]}?code={code}&state={state}";

    /// <summary>The link that starts a sign-in and leads back to <paramref name="target"/>.</summary>
    public static string SignInLink(string target) => $"{SignInPath}?to={Uri.EscapeDataString(target)}";

    public Task HandleAsync(HttpContext context, in Admission admission)
    {
        var end = admission.Target.IndexOf('?', StringComparison.Ordinal);
        var path = end < 0 ? admission.Target : admission.Target[..end];
        var route = routes.Find(ExposureHostname.TryParse(admission.Host, address.BaseDomain));
        if (route is null)
        {
            return PageWriter.WriteAsync(context, EdgePages.NotFound, admission.Host);
        }

        return (context.Request.Method, path) switch
        {
            ("GET", EnterPath) => EnterAsync(context, route, admission),
            ("GET", LinkArrival.Path) => links.EnterAsync(context, route, admission, One(context, "code")),
            ("GET", SignInPath) => BeginSignInAsync(context, route, admission.Host, GateForm.TargetOf(One(context, "to"))),
            ("POST", PinGate.Path) => pin.TryAsync(context, route, admission),
            ("POST", EmailGate.AddressPath) => email.SendAsync(context, route, admission),
            ("POST", EmailGate.CodePath) => email.TryAsync(context, route, admission),
            ("POST", AskGate.Path) => ask.AskAsync(context, route, admission),
            ("GET", PinGate.Path or EmailGate.AddressPath or EmailGate.CodePath or AskGate.Path) => PageWriter.RedirectAsync(context, $"https://{admission.Authority}/"),
            _ => PageWriter.WriteAsync(context, EdgePages.NotFound, admission.Host),
        };
    }

    /// <summary>Sends the visitor to the portal, from where they come back to <paramref name="target"/> on this host.</summary>
    public Task BeginSignInAsync(HttpContext context, EdgeRoute route, string host, string target)
    {
        var state = states.Begin(context, host, route.Exposure.Id, target);
        return PageWriter.RedirectAsync(context, $"{address.Portal}visit?host={host}&state={state}");
    }

    /// <summary>Trades the code from the portal for a grant: once, in the browser that asked for it, on the host it asked for.</summary>
    private Task EnterAsync(HttpContext context, EdgeRoute route, in Admission admission)
    {
        // 1. The browser that began, and nobody who was sent its link.
        var (code, state) = (One(context, "code"), One(context, "state"));
        var attempt = states.Take(context, state, admission.Host);
        if (attempt is null || attempt.ExposureId != route.Exposure.Id)
        {
            return PageWriter.WriteAsync(context, EdgePages.SignIn(route.Exposure.Port, SignInLink("/")), admission.Host);
        }

        // 2. The code, which is used up by this.
        if (codes.Redeem(code, route.Exposure.Id, admission.Host, state) is not { } signInId || accounts.FindBySignIn(signInId) is not { } account)
        {
            return PageWriter.WriteAsync(context, EdgePages.SignIn(route.Exposure.Port, SignInLink(attempt.Target)), admission.Host);
        }

        // 3. The gate's word on who that is, and in.
        return entrance.EnterAsync(context, route, admission, Proof.SignIn, attempt.Target, account);
    }

    private static string One(HttpContext context, string name) => context.Request.Query[name] is [{ } value] ? value : "";
}
