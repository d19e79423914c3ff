using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Access;
using PortPortal.Engine.Edge.Handover;
using PortPortal.Engine.Edge.Traffic;

namespace PortPortal.Engine.Edge.Grants;

/// <summary>Gathers what is known of a visitor at this moment and puts it before <see cref="AccessGate"/>.</summary>
internal sealed class EdgeGate(GrantCookie cookie, RevokedGrants revoked, IVisitorAccounts accounts, TimeProvider time)
{
    public Visitor Identify(HttpContext context, string host) => With(host, cookie.Read(context.Request));

    public AccessDecision Decide(AccessPolicy policy, in Visitor visitor) => AccessGate.Decide(policy, visitor, time.GetUtcNow());

    /// <summary>True where what was admitted would be admitted again.</summary>
    public bool MayStay(AccessPolicy policy, OpenVisit visit) => Decide(policy, With(visit.Host, visit.Grant)).IsAdmitted;

    private Visitor With(string host, Grant? grant)
    {
        if (grant is null || revoked.Contains(grant.Id))
        {
            return new(host);
        }

        return new(host, grant, grant.SignInId is { } signIn ? accounts.FindBySignIn(signIn) : null);
    }
}
