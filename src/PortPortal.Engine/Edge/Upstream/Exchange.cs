using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>One request and its response over one HTTP/1.1 connection to the app.</summary>
/// <remarks>
/// <code>
/// 1 head ─────────────► app      2 the body follows while 3 to 5 go on
/// visitor ◄── 4 headers ◄── 3 response head
///         ◄── 5 body and trailers, or the tunnel
/// </code>
/// </remarks>
internal sealed class Exchange(HttpContext context, UpstreamServer server, ForwardedVisitor visitor, IForwardMeter meter, UpstreamConnection connection, TimeProvider time)
{
    /// <summary>More interim responses than any app has reason to send.</summary>
    private const int MostInterim = 16;

    private RequestUpload? _upload;
    private string? _webSocketKey;
    private bool _hasCopied;

    /// <summary>The app has said something, if only a byte: what happens now must not happen twice.</summary>
    public bool HasHeard { get; private set; }

    public bool HasBody => _upload is not null;

    /// <summary>The connection is as clean as a new one.</summary>
    public bool LeftClean { get; private set; }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ForwardResult> RunAsync(string target, bool isWebSocket, CancellationToken cut)
    {
        connection.Watch.Begin(context, cut);
        var sending = Task.CompletedTask;
        var isClean = false;
        try
        {
            // 1. Head.
            if (!isWebSocket && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
            {
                _upload = new RequestUpload(context, server, connection, meter);
            }

            connection.Watch.Expect(server.HeaderTimeout, ForwardOutcome.HeaderTimeout);
            await connection.SendAsync(WriteHead(target, isWebSocket));

            // 2. Body.
            sending = _upload?.RunAsync(time) ?? sending;

            // 3. Response head.
            await ReadHeadAsync();
            _upload?.Answered();
            connection.Watch.Expect(server.IdleTimeout, ForwardOutcome.IdleTimeout);
            if (connection.Head.Status == StatusCodes.Status101SwitchingProtocols)
            {
                return await SwitchAsync();
            }

            if (_webSocketKey is not null && context.Request.Method is "CONNECT" && connection.Head.Status is >= 200 and < 300)
            {
                throw new UpstreamException(ForwardOutcome.UpstreamProtocolError, "The app answered a WebSocket with a page, which over HTTP/2 would read as its acceptance.");
            }

            // 4. Headers.
            CopyHeaders(connection.Head);
            connection.Consume(connection.Head.Length);

            // 5. Body and trailers.
            isClean = await CopyBodyAsync(connection.Head) && connection.Unread.IsEmpty && (_upload?.IsComplete ?? true);
            return new(ForwardOutcome.Completed, ResponseStarted: true);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            return Fail(e);
        }
        finally
        {
            if (!isClean)
            {
                connection.Close();
                _upload?.Stop();
            }

            await sending;
            LeftClean = connection.Watch.End() is null && isClean;
        }
    }

    private RequestHeadWriter WriteHead(string target, bool isWebSocket)
    {
        var head = connection.NewHead();
        head.Start(isWebSocket ? "GET" : context.Request.Method, target);
        RequestHeaderPolicy.Write(context.Request, server, visitor, ref head);
        if (_upload is not null)
        {
            _upload.WriteFraming(ref head);
        }
        else if (context.Request.ContentLength == 0)
        {
            head.Add("Content-Length", "0");
        }

        if (isWebSocket)
        {
            _webSocketKey = WebSocketHandshake.KeyOf(context.Request);
            head.Add("Connection", "Upgrade");
            head.Add("Upgrade", "websocket");
            if (context.Request.Headers.SecWebSocketKey.Count == 0)
            {
                head.Add("Sec-WebSocket-Key", _webSocketKey);
            }
        }

        head.End();
        return head;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ReadHeadAsync()
    {
        var head = connection.Head;
        for (var interim = 0; interim <= MostInterim; interim++)
        {
            head.Reset();
            while (connection.Unread.IsEmpty || head.Read(connection.Unread) is HeadProgress.Incomplete)
            {
                if (!connection.Received(await connection.ReceiveMoreAsync()))
                {
                    throw new UpstreamException(ForwardOutcome.UpstreamBroke, "The app closed the connection instead of answering.");
                }

                HasHeard = true;
            }

            if (head.Fault is not null)
            {
                throw new UpstreamException(ForwardOutcome.UpstreamProtocolError, $"The app's answer is not HTTP: {head.Fault}.");
            }

            if (head.Status is >= 200 or StatusCodes.Status101SwitchingProtocols)
            {
                return;
            }

            if (head.Status == StatusCodes.Status100Continue)
            {
                _upload?.GoAhead();
            }

            connection.Consume(head.Length);
        }

        throw new UpstreamException(ForwardOutcome.UpstreamProtocolError, "The app sends interim responses and no final one.");
    }

    private void CopyHeaders(ResponseHead head)
    {
        var response = context.Response;
        _hasCopied = true;
        response.StatusCode = head.Status;
        var bytes = connection.Unread;
        var reason = head.Reason(bytes);
        if (!reason.IsEmpty && !Ascii.Equals(reason, ReasonPhrases.GetReasonPhrase(head.Status)))
        {
            context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = HeaderText.Value(reason);
        }

        StringValues named = default;
        for (var i = 0; i < head.Count; i++)
        {
            if (Ascii.EqualsIgnoreCase(head.Name(i, bytes), "connection"u8))
            {
                named = StringValues.Concat(named, HeaderText.Value(head.Value(i, bytes)));
            }
        }

        var hop = new HopByHop(named);
        for (var i = 0; i < head.Count; i++)
        {
            var name = HeaderText.Name(head.Name(i, bytes));
            if (!hop.Contains(name) && name is not "Content-Length" && ResponseHeaderPolicy.Pass(name, HeaderText.Value(head.Value(i, bytes)), visitor.HostName) is { } value)
            {
                response.Headers.Append(name, value);
            }
        }
    }

    /// <returns>True where the body's end was seen and the app keeps the connection.</returns>
    private async ValueTask<bool> CopyBodyAsync(ResponseHead head)
    {
        var relay = new ResponseRelay(context.Response, server, connection, meter);
        if (context.Request.Method is "HEAD" || head.Status is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified)
        {
            context.Response.ContentLength = head.Status == StatusCodes.Status204NoContent ? null : head.ContentLength;
            return head.KeepsAlive;
        }

        if (head.Status == StatusCodes.Status205ResetContent)
        {
            return head is { KeepsAlive: true, ContentLength: 0, IsChunked: false };
        }

        if (head.IsChunked)
        {
            // The listener's own chunks have no place for trailers; HTTP/2 has frames for both.
            var frames = HttpProtocol.IsHttp11(context.Request.Protocol);
            context.Response.Headers.TransferEncoding = frames ? "chunked" : default;
            await relay.CopyChunksAsync(frames);
            return head is { KeepsAlive: true, ContentLength: null };
        }

        context.Response.ContentLength = head.ContentLength;
        await relay.CopyAsync(head.ContentLength);
        return head.KeepsAlive && head.ContentLength is not null;
    }

    private async ValueTask<ForwardResult> SwitchAsync()
    {
        if (_webSocketKey is null || !WebSocketHandshake.IsAccepted(_webSocketKey, AcceptOf(connection.Head)))
        {
            throw new UpstreamException(ForwardOutcome.UpstreamProtocolError, "The app switched protocols without being asked, or to something else.");
        }

        CopyHeaders(connection.Head);
        connection.Consume(connection.Head.Length);
        await using var stream = await WebSocketHandshake.AcceptAsync(context);
        await Tunnel.RunAsync(stream, connection, server, meter, time);
        if (connection.Watch.Verdict is { } verdict)
        {
            throw new UpstreamException(verdict, "The tunnel was ended from outside.");
        }

        return new(ForwardOutcome.Upgraded, ResponseStarted: true);
    }

    private string? AcceptOf(ResponseHead head)
    {
        for (var i = 0; i < head.Count; i++)
        {
            if (Ascii.EqualsIgnoreCase(head.Name(i, connection.Unread), "sec-websocket-accept"u8))
            {
                return HeaderText.Value(head.Value(i, connection.Unread));
            }
        }

        return null;
    }

    private ForwardResult Fail(Exception e)
    {
        var outcome = connection.Watch.Verdict ?? e switch
        {
            _ when context.RequestAborted.IsCancellationRequested => ForwardOutcome.ClientAborted,
            UpstreamException known => known.Outcome,
            ConnectionAbortedException or BadHttpRequestException => ForwardOutcome.ClientAborted,
            _ => ForwardOutcome.UpstreamBroke,
        };
        var started = context.Response.HasStarted;
        if (started)
        {
            context.Abort();
        }
        else if (_hasCopied)
        {
            context.Response.Clear();
        }

        return new(outcome, started, e.Message);
    }
}
