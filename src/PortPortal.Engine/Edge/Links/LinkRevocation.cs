using Microsoft.Extensions.Hosting;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.ShareLinks;
using PortPortal.Engine.ShareLinks.Previews;

namespace PortPortal.Engine.Edge.Links;

/// <summary>Judges open visits again as soon as a link changes: whoever came by one that was revoked is out.</summary>
internal sealed class LinkRevocation(Revocation revocation, ShareLinkFeed links, LivePreviews previews) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        links.Publishing += OnLinksChanged;
        previews.Revoked += revocation.Rejudge;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        links.Publishing -= OnLinksChanged;
        previews.Revoked -= revocation.Rejudge;
        return Task.CompletedTask;
    }

    private void OnLinksChanged(FeedBatch<ShareLinkStatus> batch)
    {
        foreach (var exposureId in batch.Upserts.Select(link => link.ExposureId).Distinct(StringComparer.Ordinal))
        {
            revocation.Rejudge(exposureId);
        }
    }
}
