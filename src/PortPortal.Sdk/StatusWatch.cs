using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace PortPortal.Sdk;

/// <summary>Reads <c>/v1/events</c>, and opens it again whenever it is cut.</summary>
internal sealed class StatusWatch(PortalCalls calls, TimeProvider time)
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    public async IAsyncEnumerable<StatusEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wait = ShortestWait;
        for (var first = true; ; first = false)
        {
            if (await OpenAsync(first, cancellationToken) is { } response)
            {
                using (response)
                {
                    await using var messages = MessagesAsync(response, cancellationToken).GetAsyncEnumerator(cancellationToken);
                    while (await NextAsync(messages) is { } message)
                    {
                        wait = ShortestWait;
                        yield return message;
                    }
                }
            }

            await Task.Delay(wait, time, cancellationToken);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    /// <summary>Null where it is worth trying again: a mistyped address is told at once, a portal that restarts is waited for.</summary>
    private async Task<HttpResponseMessage?> OpenAsync(bool first, CancellationToken cancellationToken)
    {
        try
        {
            return await calls.OpenStreamAsync("v1/events", cancellationToken);
        }
        catch (HttpRequestException) when (!first)
        {
            return null;
        }
        catch (OperationCanceledException) when (!first && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (PortPortalException refused) when (!first && refused.Status is (int)HttpStatusCode.TooManyRequests or >= 500)
        {
            return null;
        }
    }

    /// <summary>Null where the connection was cut.</summary>
    private static async Task<StatusEvent?> NextAsync(IAsyncEnumerator<StatusEvent> messages)
    {
        try
        {
            return await messages.MoveNextAsync() ? messages.Current : null;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return null;
        }
    }

    private static async IAsyncEnumerable<StatusEvent> MessagesAsync(HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var parser = SseParser.Create(stream, (_, bytes) => JsonSerializer.Deserialize(bytes, PortPortalJson.Default.StatusEvent));
        await foreach (var item in parser.EnumerateAsync(cancellationToken))
        {
            if (item.Data is { } message)
            {
                yield return message;
            }
        }
    }
}
