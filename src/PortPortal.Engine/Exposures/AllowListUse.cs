using System.Globalization;
using Microsoft.Extensions.Hosting;
using PortPortal.Engine.AllowLists;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Exposures;

/// <summary>Which ports name which lists; carries every change of a list into them before it is announced.</summary>
internal sealed class AllowListUse(AllowListFeed lists, AllowListService service, ExposureFeed exposures) : IHostedService
{
    /// <summary>The open ports that name a list.</summary>
    public IEnumerable<ExposureStatus> Of(string list) =>
        exposures.Items.Values.Where(exposure => exposure.Access.Lists.Contains(list, StringComparer.Ordinal)).OrderBy(exposure => exposure.SessionName, StringComparer.Ordinal).ThenBy(exposure => exposure.Port);

    /// <summary>Deletes a list, unless a port names it.</summary>
    public Task<Outcome<bool>> DeleteAsync(string name, Actor actor, CancellationToken cancellationToken) =>
        service.DeleteAsync(name, actor, () => [.. Of(name).Select(port => string.Create(CultureInfo.InvariantCulture, $"port {port.Port} of {port.SessionName}"))], cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lists.Publishing += Carry;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        lists.Publishing -= Carry;
        return Task.CompletedTask;
    }

    private void Carry(FeedBatch<AllowListStatus> batch)
    {
        var changed = batch.Upserts.Select(list => list.Name).Concat(batch.Removals).ToHashSet(StringComparer.Ordinal);
        // The feed reads the lists anew for whatever is published.
        exposures.UpdateWhere(exposure => exposure.Access.Lists.Any(changed.Contains), exposure => exposure);
    }
}
