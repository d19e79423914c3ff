using PortPortal.Engine.Access;
using PortPortal.Engine.Profiles;
using PortPortal.Sdk;

namespace PortPortal.Wire;

/// <summary>Profiles, with what the policy leaves of them.</summary>
internal static class ProfileMapping
{
    public static ProfileInfo ToInfo(this Profile profile, ProfileBook book) => new()
    {
        Name = profile.Name,
        Note = profile.Note,
        IsDefault = profile.IsDefault,
        MaxExposedPorts = profile.MaxExposedPorts,
        MaxForwardedPorts = profile.MaxForwardedPorts,
        WidestAccess = AccessWord.Of(profile.WidestAccess),
        WidestAccessInForce = AccessWord.Of(book.Of(profile.Name).WidestAccess),
        OpenPorts = profile.OpenPorts,
        DefaultLinkTtlSeconds = (int)profile.DefaultLinkLife.TotalSeconds,
        MaxLinkTtlSeconds = (int)profile.MaxLinkLife.TotalSeconds,
        BearerLinks = profile.BearerLinks,
        RequestsPerSecond = profile.RequestsPerSecond,
        RequestBurst = profile.RequestBurst,
    };
}
