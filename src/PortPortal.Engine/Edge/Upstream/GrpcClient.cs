using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>HTTP/2 to one upstream by the framework's own client: no redirects, cookies, proxies, decompression or tracing headers of its own.</summary>
internal sealed class GrpcClient(UpstreamServer server, TimeProvider time) : HttpMessageInvoker(NewHandler(server, time))
{
    private readonly Lock _gate = new();

    /// <summary>Guarded by <see cref="_gate"/>; minus one once retired.</summary>
    private int _calls;
    private long _lastLeft;

    /// <summary>False for another address, and after the end.</summary>
    public bool TryEnter(UpstreamServer other)
    {
        lock (_gate)
        {
            if (_calls < 0 || server.Tls != other.Tls || !server.EndPoint.Equals(other.EndPoint))
            {
                return false;
            }

            _calls++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            _calls--;
            _lastLeft = time.GetTimestamp();
        }
    }

    /// <summary>True once, where no call is under way or was for <paramref name="longest"/>.</summary>
    public bool TryRetire(TimeSpan longest)
    {
        lock (_gate)
        {
            if (_calls != 0 || time.GetElapsedTime(_lastLeft) < longest)
            {
                return false;
            }

            _calls = -1;
            return true;
        }
    }

    /// <summary>The target as it is: nothing is decoded or normalised.</summary>
    public static Uri UriOf(UpstreamServer server, string target) =>
        new($"{(server.Tls ? "https" : "http")}://{server.EndPoint}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    private static SocketsHttpHandler NewHandler(UpstreamServer server, TimeProvider time) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        EnableMultipleHttp2Connections = true,
        MaxResponseHeadersLength = 64,
        MaxResponseDrainSize = 0,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        ConnectTimeout = Timeout.InfiniteTimeSpan,
        RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        SslOptions = new SslClientAuthenticationOptions
        {
#pragma warning disable CA5359 // See UpstreamServer.Tls.
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
        },
        ConnectCallback = async (_, cancellation) => new NetworkStream(await UpstreamDialer.DialAsync(server, time, cancellation), ownsSocket: true),
    };
}

/// <summary>A request body that is read from the visitor when the app takes it, and never held.</summary>
internal sealed class VisitorContent(HttpRequest request, IForwardMeter meter) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.FlushAsync(cancellationToken);
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            foreach (var segment in read.Buffer)
            {
                await stream.WriteAsync(segment, cancellationToken);
            }

            await stream.FlushAsync(cancellationToken);
            meter.Up(read.Buffer.Length);
            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = request.ContentLength ?? 0;
        return request.ContentLength is not null;
    }
}

/// <summary>Puts headers on a message as they are.</summary>
internal readonly struct MessageHeaders(HttpRequestMessage message) : IHeaderSink
{
    public void Add(string name, string value)
    {
        if (!message.Headers.TryAddWithoutValidation(name, value))
        {
            (message.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, value);
        }
    }
}
