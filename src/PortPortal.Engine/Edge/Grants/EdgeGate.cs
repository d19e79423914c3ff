using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Access;
using PortPortal.Engine.Edge.Handover;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Revocations;
using PortPortal.Engine.ShareLinks;
using PortPortal.Engine.ShareLinks.Previews;

namespace PortPortal.Engine.Edge.Grants;

/// <summary>Gathers what is known of a visitor at this moment and puts it before <see cref="AccessGate"/>.</summary>
internal sealed partial class EdgeGate(
    GrantCookie cookie,
    RevokedGrants revoked,
    KeptOutFeed keptOut,
    IVisitorAccounts accounts,
    LiveLinks links,
    LivePreviews previews,
    TimeProvider time,
    ILogger<EdgeGate> logger)
{
    /// <summary>Whoever sends this request; at a port that is open to everyone a grant is not looked at.</summary>
    /// <remarks>When something breaks here, nothing is known of them, and they are a stranger.</remarks>
    /// <param name="shown">What the host name itself shows: a preview link.</param>
    public Visitor Identify(HttpContext context, AccessPolicy policy, string host, Grant? shown = null)
    {
        try
        {
            return Know(policy, host, shown ?? (policy.Mode == AccessMode.Public ? null : cookie.Read(context.Request)), PeerAddress.Of(context));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.Broken(logger, exception, policy.ExposureId);
            return new(host);
        }
    }

    /// <summary>All that is known at this moment of someone with this grant, coming from there.</summary>
    public Visitor Know(AccessPolicy policy, string host, Grant? grant, IPAddress from)
    {
        if (grant is not null && revoked.Contains(grant.Id))
        {
            grant = null;
        }

        var account = grant?.SignInId is { } signIn ? accounts.FindBySignIn(signIn) : null;
        return new(host, grant, account, keptOut.Covers(policy.ExposureId, from, grant, account), grant is null ? null : LinkOf(grant));
    }

    public AccessDecision Decide(AccessPolicy policy, in Visitor visitor) => AccessGate.Decide(policy, visitor, time.GetUtcNow());

    /// <summary>True where what was admitted would be admitted again.</summary>
    public bool MayStay(AccessPolicy policy, OpenVisit visit)
    {
        try
        {
            return visit.IsCallBack || Decide(policy, Know(policy, visit.Host, visit.Grant, visit.From)).IsAdmitted;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.Broken(logger, exception, policy.ExposureId);
            return policy.Mode == AccessMode.Public && visit.Grant is null;
        }
    }

    /// <summary>True for whoever holds a genuine grant of this host, worth something or not: they know what was there.</summary>
    public bool WasLetIn(HttpContext context, string host) =>
        cookie.Read(context.Request) is { } grant && string.Equals(grant.Host, host, StringComparison.Ordinal) && !revoked.Contains(grant.Id);

    private VisitorLink? LinkOf(Grant grant) => grant switch
    {
        { LinkId: null } => null,
        { Proof: Proof.Preview } => previews.Find(grant.LinkId, grant.ExposureId, grant.ExpiresAt),
        _ => links.Find(grant.LinkId),
    };

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A visitor of exposure {Exposure} could not be judged, and is treated as a stranger.")]
        public static partial void Broken(ILogger logger, Exception exception, string exposure);
    }
}
