using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using PortPortal.Auth;
using PortPortal.Sdk;
using PortPortal.Wire;

namespace PortPortal.Api;

/// <summary><c>/v1/events</c>: the status feed as server-sent events.</summary>
internal static class EventApi
{
    public static void MapEvents(this RouteGroupBuilder v1) => v1.MapGet("/events", Stream).WithTags("Events").Produces<StatusEvent>(contentType: "text/event-stream");

    private static ServerSentEventsResult<StatusEvent> Stream(HttpContext context, StatusEvents events, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.ServerSentEvents(ItemsAsync(events, context, cancellationToken));
    }

    private static async IAsyncEnumerable<SseItem<StatusEvent>> ItemsAsync(StatusEvents events, HttpContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var actor = context.LiveActor();
        await foreach (var message in events.ReadAsync(actor, cancellationToken))
        {
            yield return new SseItem<StatusEvent>(message, message.Reset ? "snapshot" : "change");
        }
    }
}
