using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Access;
using PortPortal.Engine.Edge.Handover;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.ShareLinks;
using PortPortal.Engine.ShareLinks.Previews;

namespace PortPortal.Engine.Edge.Grants;

/// <summary>Gathers what is known of a visitor at this moment and puts it before <see cref="AccessGate"/>.</summary>
internal sealed class EdgeGate(GrantCookie cookie, RevokedGrants revoked, IVisitorAccounts accounts, LiveLinks links, LivePreviews previews, TimeProvider time)
{
    public Visitor Identify(HttpContext context, string host) => With(host, cookie.Read(context.Request));

    public AccessDecision Decide(AccessPolicy policy, in Visitor visitor) => AccessGate.Decide(policy, visitor, time.GetUtcNow());

    /// <summary>True where what was admitted would be admitted again.</summary>
    public bool MayStay(AccessPolicy policy, OpenVisit visit) => visit.IsCallBack || Decide(policy, With(visit.Host, visit.Grant)).IsAdmitted;

    /// <summary>True for whoever holds a genuine grant of this host, worth something or not: they know what was there.</summary>
    public bool WasLetIn(HttpContext context, string host) =>
        cookie.Read(context.Request) is { } grant && string.Equals(grant.Host, host, StringComparison.Ordinal) && !revoked.Contains(grant.Id);

    private Visitor With(string host, Grant? grant)
    {
        if (grant is null || revoked.Contains(grant.Id))
        {
            return new(host);
        }

        return new(host, grant, grant.SignInId is { } signIn ? accounts.FindBySignIn(signIn) : null, LinkOf(grant));
    }

    private VisitorLink? LinkOf(Grant grant) => grant switch
    {
        { LinkId: null } => null,
        { Proof: Proof.Preview } => previews.Find(grant.LinkId, grant.ExposureId, grant.ExpiresAt),
        _ => links.Find(grant.LinkId),
    };
}
