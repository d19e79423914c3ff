using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using PortPortal.Auth;
using PortPortal.Sdk;
using PortPortal.Wire;

namespace PortPortal.Hubs;

/// <summary><c>/hubs/status</c>: the status feed over SignalR, message for message what <c>/v1/events</c> sends.</summary>
[Authorize(Policies.Viewer)]
internal sealed class StatusHub(StatusEvents events) : Hub
{
    public const string Path = "/hubs/status";

    /// <summary>The stream <c>Watch</c>: the whole picture first, then every change.</summary>
    public IAsyncEnumerable<StatusEvent> Watch(CancellationToken cancellationToken) =>
        events.ReadAsync(Context.GetHttpContext()!.LiveActor(), cancellationToken);
}
