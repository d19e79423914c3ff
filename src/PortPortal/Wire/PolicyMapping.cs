using PortPortal.Engine.Access;
using PortPortal.Engine.Profiles;
using PortPortal.Sdk;

namespace PortPortal.Wire;

/// <summary>The portal's policy.</summary>
internal static class PolicyMapping
{
    public static PolicyInfo ToInfo(this PortalPolicy policy) => new()
    {
        WidestAccess = AccessWord.Of(policy.WidestAccess),
        DefaultAccess = AccessWord.Of(policy.DefaultAccess),
        MaxLinkTtlSeconds = (int)policy.MaxLinkLife.TotalSeconds,
        BearerLinks = policy.BearerLinks,
    };
}
