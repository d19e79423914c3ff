using PortPortal.Engine.Common;
using PortPortal.Engine.ShareLinks;
using PortPortal.Sdk;

namespace PortPortal.Wire;

/// <summary>Share links.</summary>
internal static class ShareLinkMapping
{
    /// <summary>With URL and token for whoever may change the port, with the token's first characters for others.</summary>
    public static ShareLinkInfo ToInfo(this ShareLinkStatus link, LiveLinks live, ShareLinkService links, Actor actor)
    {
        var token = links.TokenFor(link, actor);
        return new()
        {
            Id = link.Id,
            SessionId = link.SessionId,
            Port = link.Port,
            Url = token is null ? null : links.UrlOf(token),
            Token = token ?? $"{link.TokenStart}…",
            Label = link.Label,
            Path = link.StartPath,
            Bearer = link.Bearer,
            State = live.EndOf(link) switch
            {
                { } end => WireWord.Of(end),
                null => link.IsUsedUp ? "usedUp" : "active",
            },
            CreatedBy = link.CreatedBy,
            CreatedAt = link.CreatedAt,
            ExpiresAt = live.ExpiryOf(link),
            Uses = link.Uses,
            MaxUses = link.MaxUses,
            LastUsedAt = link.LastUsedAt,
        };
    }
}
