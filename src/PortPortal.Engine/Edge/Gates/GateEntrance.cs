using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Access;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Grants;
using PortPortal.Engine.Edge.Pages;
using PortPortal.Engine.Edge.Routes;

namespace PortPortal.Engine.Edge.Gates;

/// <summary>Lets in whoever has just proved something: the gate's word, the cookie, and on to the page asked for.</summary>
internal sealed class GateEntrance(EdgeGate gate, GrantCookie cookie, TimeProvider time)
{
    /// <summary>Short enough that a lost device is not let in for long, long enough that nobody notices.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <param name="account">The account behind a sign-in.</param>
    /// <param name="email">The address behind a code.</param>
    /// <param name="target">In origin form.</param>
    public Task EnterAsync(HttpContext context, EdgeRoute route, in Admission admission, Proof proof, string target, VisitorAccount? account = null, string? email = null)
    {
        var now = time.GetUtcNow();
        var grant = new Grant
        {
            Id = ShortId.NewToken(26),
            ExposureId = route.Exposure.Id,
            Host = admission.Host,
            Proof = proof,
            Version = route.Policy.Version,
            IssuedAt = now,
            ExpiresAt = now + Lifetime,
            UserId = account?.UserId,
            SignInId = account?.SignInId,
            Email = email,
        };
        if (!gate.Decide(route.Policy, new Visitor(admission.Host, grant, account)).IsAdmitted)
        {
            return PageWriter.WriteAsync(context, EdgePages.Denied(route.Exposure.Port, account?.VerifiedEmail ?? account?.Name ?? email), admission.Host);
        }

        cookie.Write(context.Response, grant);
        return PageWriter.RedirectAsync(context, $"https://{admission.Authority}{target}");
    }
}
