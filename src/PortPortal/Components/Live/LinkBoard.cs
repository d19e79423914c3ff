using PortPortal.Components.Kit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.ShareLinks;

namespace PortPortal.Components.Live;

/// <summary>Share links as rows for one reader: those that end first before the others, and ended ones last.</summary>
internal sealed class LinkBoard(ShareLinkService links, LiveLinks live, ExposureFeed exposures, VisitorFeed visitors, SessionBoard board, PublicAddress address)
{
    public IReadOnlyList<LinkRow> Rows(Actor reader) => Rows(links.List(reader), reader);

    public IReadOnlyList<LinkRow> RowsOf(string exposureId, Actor reader) => Rows(links.List(reader).Where(link => link.ExposureId == exposureId), reader);

    private IReadOnlyList<LinkRow> Rows(IEnumerable<ShareLinkStatus> of, Actor reader)
    {
        var traffic = board.Traffic();
        var open = visitors.Items.Values.Where(visitor => visitor.LinkId is not null && visitor.Open > 0).CountBy(visitor => visitor.LinkId!).ToDictionary(StringComparer.Ordinal);
        return [.. of
            .Select(link => RowOf(link, reader, traffic, open.GetValueOrDefault(link.Id)))
            .OrderBy(row => !row.Works)
            .ThenBy(row => row.Works ? row.ExpiresAt.UtcTicks : -row.ExpiresAt.UtcTicks)
            .ThenBy(row => row.Id, StringComparer.Ordinal)];
    }

    private LinkRow RowOf(ShareLinkStatus link, Actor reader, TrafficReading traffic, int openNow)
    {
        var exposure = exposures.Find(link.ExposureId);
        var mayChange = links.MayChange(link, reader);
        var end = live.EndOf(link);
        var token = mayChange && end is null ? links.TokenFor(link, reader) : null;
        return new()
        {
            Id = link.Id,
            ExposureId = link.ExposureId,
            SessionId = link.SessionId,
            SessionName = exposure?.SessionName ?? link.SessionName,
            Port = link.Port,
            PortState = exposure is null ? PpState.Gone : Signs.Of(exposure, traffic.Of(exposure)),
            Title = LinkRow.Name(link),
            Label = link.Label,
            StartPath = link.StartPath,
            Url = token is null ? null : links.UrlOf(token),
            ShortUrl = $"{address.BaseDomain}/share/{link.TokenStart}…",
            Needs = link.Bearer ? PpAccessMode.LinkOnly : exposure is null ? null : Signs.Of(exposure.Access.Mode),
            Bearer = link.Bearer,
            CreatedAt = link.CreatedAt,
            ExpiresAt = end switch
            {
                LinkEnd.Revoked => link.RevokedAt ?? link.ExpiresAt,
                LinkEnd.Closed => link.ClosedAt ?? link.ExpiresAt,
                _ => live.ExpiryOf(link),
            },
            CreatedBy = board.OwnerName(link.CreatedBy),
            Uses = link.Uses,
            MaxUses = link.MaxUses,
            LastUsedAt = link.LastUsedAt,
            LastUsedFrom = link.LastUsedFrom,
            OpenNow = openNow,
            MayChange = mayChange,
            Ended = end is { } over ? LinkRow.EndedWords(over, link) : null,
            IsUsedUp = link.IsUsedUp,
        };
    }
}
