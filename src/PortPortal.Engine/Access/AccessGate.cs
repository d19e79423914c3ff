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
        // 1. Open to everyone: what the visitor carries does not matter.
        if (policy.Mode == AccessMode.Public)
        {
            return AccessDecision.Admit;
        }

        // 2. A mode this gate does not know lets nobody in.
        if (policy.Mode is not (AccessMode.Sso or AccessMode.Email or AccessMode.Pin))
        {
            return AccessDecision.Refuse(RefusalCodes.NotAllowed);
        }

        // 3. A grant that is not for here and now is no grant.
        if (visitor.Grant is not { } grant || !Holds(policy, grant, visitor.Host, now))
        {
            return Ask(policy);
        }

        // 4. What was proved, against what is asked.
        return grant.Proof switch
        {
            Proof.SignIn => BySignIn(policy, grant, visitor.Account),
            Proof.EmailCode when policy.Mode == AccessMode.Email => ByAddress(policy, grant.Email),
            Proof.Pin when policy.Mode == AccessMode.Pin => AccessDecision.Admit,
            _ => Ask(policy),
        };
    }

    private static bool Holds(AccessPolicy policy, Grant grant, string host, DateTimeOffset now) =>
        string.Equals(grant.ExposureId, policy.ExposureId, StringComparison.Ordinal)
        && string.Equals(grant.Host, host, StringComparison.Ordinal)
        && grant.Version >= policy.GrantsSince
        && grant.Version <= policy.Version
        && grant.IssuedAt <= now + Skew
        && now < grant.ExpiresAt;

    private static AccessDecision BySignIn(AccessPolicy policy, Grant grant, VisitorAccount? account)
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
            AccessMode.Sso => AccessDecision.Admit,
            AccessMode.Email => ByAddress(policy, account.VerifiedEmail),
            _ => Ask(policy),
        };
    }

    private static AccessDecision ByAddress(AccessPolicy policy, string? email) =>
        policy.Emails.Admits(email) ? AccessDecision.Admit : AccessDecision.Refuse(RefusalCodes.NotOnList);

    private static AccessDecision Ask(AccessPolicy policy) => AccessDecision.Ask(policy.Mode switch
    {
        AccessMode.Email => RefusalCodes.CodeRequired,
        AccessMode.Pin => RefusalCodes.PinRequired,
        _ => RefusalCodes.SignInRequired,
    });
}
