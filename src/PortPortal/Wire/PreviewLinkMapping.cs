using PortPortal.Engine.ShareLinks.Previews;
using PortPortal.Sdk;

namespace PortPortal.Wire;

/// <summary>Preview links, in the portal's words and in PandaStack's.</summary>
internal static class PreviewLinkMapping
{
    public static PreviewLinkInfo ToInfo(this PreviewLinkStatus link) => new()
    {
        Id = link.Id,
        SessionId = link.SessionId,
        Port = link.Port,
        CreatedBy = link.CreatedBy,
        CreatedAt = link.CreatedAt,
        ExpiresAt = link.ExpiresAt,
        RevokedAt = link.RevokedAt,
    };

    public static PreviewTokenInfo ToInfo(this PreviewLinkResult made) => new()
    {
        Url = made.Url,
        Token = made.Token,
        SandboxId = made.Link.SessionId,
        Port = made.Link.Port,
        ExpiresAt = made.Link.ExpiresAt.UtcDateTime,
    };
}
