using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Access;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Pages;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.ShareLinks.Previews;

namespace PortPortal.Engine.Edge.Links;

/// <summary>Preview links at the edge: the host name is the proof, read anew for each request; the path form on the portal leads there.</summary>
internal sealed class PreviewEntrance(LivePreviews previews, PublicAddress address)
{
    private const string Prefix = "/v1/p/";

    public static bool Handles(string target) => target.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>What a genuine token says, whether it still works or not.</summary>
    public PreviewToken? Read(string label) => previews.Read(label);

    /// <summary>What whoever has the link holds; the gate says whether that is enough now.</summary>
    public static Grant GrantOf(PreviewToken token, string host) => new()
    {
        Id = token.LinkId,
        ExposureId = token.ExposureId,
        Host = host,
        Proof = Proof.Preview,
        Version = 0,
        IssuedAt = DateTimeOffset.UnixEpoch,
        ExpiresAt = token.ExpiresAt,
        LinkId = token.LinkId,
    };

    /// <summary><c>/v1/p/{token}/…</c>: no app ever answers on the portal's host.</summary>
    public Task RedirectAsync(HttpContext context, in Admission admission)
    {
        var rest = admission.Target[Prefix.Length..];
        var end = rest.AsSpan().IndexOfAny('/', '?');
        var label = end < 0 ? rest : rest[..end];
        if (previews.Read(label) is null)
        {
            return PageWriter.WriteAsync(context, LinkPages.NotGenuine, admission.Host);
        }

        var tail = end < 0 ? "" : rest[end..];
        var target = tail is ['/', ..] ? tail : $"/{tail}";
        return PageWriter.RedirectAsync(
            context,
            $"{address.UrlOf($"{label}.{ExposureHostname.PreviewLabel}.{address.BaseDomain}").GetLeftPart(UriPartial.Authority)}{target}",
            StatusCodes.Status307TemporaryRedirect);
    }

    /// <summary>The token is part of the address, so no other site is told the address, and no search engine keeps it.</summary>
    public static void KeepSecret(HttpContext context) => context.Response.OnStarting(
        static state =>
        {
            var headers = ((HttpContext)state).Response.Headers;
            headers["Referrer-Policy"] = "same-origin";
            headers["X-Robots-Tag"] = "noindex";
            return Task.CompletedTask;
        },
        context);
}
