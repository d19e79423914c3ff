using PortPortal.Engine.Common;

namespace PortPortal.Engine.Access;

/// <summary>Who may see a port: one method, no I/O, the same answer for the same facts.</summary>
public static class AccessGate
{
    /// <summary>How far a grant's birth may lie ahead: replicas' clocks differ a little, and a clock set back must not prolong a grant.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    /// <summary>Judges one visitor; whatever is unknown, over or does not match is refused.</summary>
    public static AccessDecision Decide(AccessPolicy policy, in Visitor visitor, DateTimeOffset now)
    {
        // 0. Whom the owner keeps out, nothing lets in.
        if (visitor.IsKeptOut)
        {
            return AccessDecision.Refuse(RefusalCodes.NotAllowed);
        }

        // 1. A mode this gate does not know lets nobody in.
        if (policy.Mode is not (AccessMode.Sso or AccessMode.Email or AccessMode.Pin or AccessMode.Public))
        {
            return AccessDecision.Refuse(RefusalCodes.NotAllowed);
        }

        // 2. Open to everyone: what the visitor carries does not matter, but for a preview link, whose host ends with it.
        if (policy.Mode == AccessMode.Public && visitor.Grant?.Proof != Proof.Preview)
        {
            return AccessDecision.Admit;
        }

        // 3. Whoever came by a link that is the key stands and falls with it.
        if (visitor.Grant is { Proof: Proof.Link or Proof.Preview } key)
        {
            return ByLink(policy, key, visitor, now);
        }

        // 4. A grant that is not for here and now is no grant.
        if (visitor.Grant is not { } grant || !Holds(policy, grant, visitor.Host, now) || !LinkHolds(grant, visitor.Link, now))
        {
            return Ask(policy);
        }

        // 5. What was proved, against what is asked.
        return grant.Proof switch
        {
            Proof.SignIn => BySignIn(policy, grant, visitor.Account, now),
            Proof.EmailCode when policy.Mode == AccessMode.Email => ByAddress(policy, grant.Email, now),
            Proof.Pin when policy.Mode == AccessMode.Pin => AccessDecision.Admit,
            _ => Ask(policy),
        };
    }

    private static bool Holds(AccessPolicy policy, Grant grant, string host, DateTimeOffset now) =>
        FitsHere(policy, grant, host, now) && grant.Version >= policy.GrantsSince && grant.Version <= policy.Version;

    private static bool FitsHere(AccessPolicy policy, Grant grant, string host, DateTimeOffset now) =>
        string.Equals(grant.ExposureId, policy.ExposureId, StringComparison.Ordinal)
        && string.Equals(grant.Host, host, StringComparison.Ordinal)
        && grant.IssuedAt <= now + Skew
        && now < grant.ExpiresAt;

    /// <summary>A grant that hangs on no link holds by itself.</summary>
    private static bool LinkHolds(Grant grant, VisitorLink? link, DateTimeOffset now) => grant.LinkId is null
        || (link is not null
            && string.Equals(link.Id, grant.LinkId, StringComparison.Ordinal)
            && string.Equals(link.ExposureId, grant.ExposureId, StringComparison.Ordinal)
            && now < link.ExpiresAt);

    private static AccessDecision ByLink(AccessPolicy policy, Grant grant, in Visitor visitor, DateTimeOffset now)
    {
        // A preview link's grant is made anew from the host name for each request, so the policy's versions say nothing about it.
        var holds = grant.Proof == Proof.Preview ? FitsHere(policy, grant, visitor.Host, now) : Holds(policy, grant, visitor.Host, now);
        if (grant.LinkId is null || visitor.Link is not { } link)
        {
            return AccessDecision.Refuse(RefusalCodes.LinkRevoked);
        }

        if (!LinkHolds(grant, link, now))
        {
            return AccessDecision.Refuse(RefusalCodes.LinkExpired);
        }

        if (!link.Admits)
        {
            return AccessDecision.Refuse(RefusalCodes.PolicyForbids);
        }

        if (holds)
        {
            return AccessDecision.Admit;
        }

        return grant.Proof == Proof.Preview ? AccessDecision.Refuse(RefusalCodes.LinkExpired) : Ask(policy);
    }

    private static AccessDecision BySignIn(AccessPolicy policy, Grant grant, VisitorAccount? account, DateTimeOffset now)
    {
        if (account is null
            || !string.Equals(account.UserId, grant.UserId, StringComparison.Ordinal)
            || !string.Equals(account.SignInId, grant.SignInId, StringComparison.Ordinal))
        {
            return Ask(policy);
        }

        if (string.Equals(account.UserId, policy.OwnerId, StringComparison.Ordinal))
        {
            return AccessDecision.Admit;
        }

        return policy.Mode switch
        {
            AccessMode.Sso => policy.People.Admit(account, now) ? AccessDecision.Admit : AccessDecision.Refuse(RefusalCodes.NotOnList),
            AccessMode.Email => ByAddress(policy, account.VerifiedEmail, now),
            _ => Ask(policy),
        };
    }

    private static AccessDecision ByAddress(AccessPolicy policy, string? email, DateTimeOffset now) =>
        policy.Emails.Admits(email, now) ? AccessDecision.Admit : AccessDecision.Refuse(RefusalCodes.NotOnList);

    private static AccessDecision Ask(AccessPolicy policy) => AccessDecision.Ask(policy.Mode switch
    {
        AccessMode.Email => RefusalCodes.CodeRequired,
        AccessMode.Pin => RefusalCodes.PinRequired,
        _ => RefusalCodes.SignInRequired,
    });
}
