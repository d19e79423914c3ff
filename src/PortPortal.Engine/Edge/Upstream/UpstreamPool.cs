using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>The idle connections of one upstream: of one exposure in one generation at one address, so that no app can leave anything behind for another's visitors.</summary>
internal sealed class UpstreamPool(UpstreamServer server, TimeProvider time)
{
    /// <summary>What more are kept are closed at once: a burst should not hold descriptors for long.</summary>
    private const int MostIdle = 128;

    private readonly Lock _gate = new();

    /// <summary>Guarded by <see cref="_gate"/>; the last to come is the first to go, so that surplus ones age.</summary>
    private readonly List<UpstreamConnection> _idle = [];
    private bool _retired;

    /// <summary>False where the route now leads elsewhere under the same key.</summary>
    public bool Serves(UpstreamServer other) => ReferenceEquals(server, other) || (server.Tls == other.Tls && server.EndPoint.Equals(other.EndPoint));

    public UpstreamConnection? TryTake()
    {
        while (true)
        {
            UpstreamConnection connection;
            lock (_gate)
            {
                if (_idle.Count == 0)
                {
                    return null;
                }

                connection = _idle[^1];
                _idle.RemoveAt(_idle.Count - 1);
            }

            if (connection.IsQuiet)
            {
                return connection;
            }

            connection.Dispose();
        }
    }

    /// <summary>Takes back a connection that an exchange left as it found it: nothing unread, nothing unsent, no error.</summary>
    public void Return(UpstreamConnection connection)
    {
        connection.ReleaseBuffer();
        connection.MarkReused();
        connection.IdleSince = time.GetTimestamp();
        lock (_gate)
        {
            if (!_retired && _idle.Count < MostIdle)
            {
                _idle.Add(connection);
                return;
            }
        }

        connection.Dispose();
    }

    /// <exception cref="UpstreamException">The app cannot be reached or does not speak TLS.</exception>
    public async ValueTask<UpstreamConnection> DialAsync(UpstreamServer upstream, string host, CancellationToken cancellation)
    {
        var socket = await UpstreamDialer.DialAsync(upstream, time, cancellation);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        return new UpstreamConnection(socket, upstream.Tls ? await SecureAsync(stream, upstream, host, cancellation) : stream, time);
    }

    /// <summary>Closes what has been idle for too long.</summary>
    /// <returns>True when nothing is left.</returns>
    public bool Sweep(TimeSpan longest)
    {
        var old = new List<UpstreamConnection>();
        bool isEmpty;
        lock (_gate)
        {
            var fresh = _idle.FindIndex(connection => time.GetElapsedTime(connection.IdleSince) < longest);
            var count = fresh < 0 ? _idle.Count : fresh;
            old.AddRange(_idle.Take(count));
            _idle.RemoveRange(0, count);
            isEmpty = _idle.Count == 0;
        }

        old.ForEach(static connection => connection.Dispose());
        return isEmpty;
    }

    /// <summary>Closes everything idle, and everything else when it comes back.</summary>
    public void Retire()
    {
        lock (_gate)
        {
            _retired = true;
        }

        Sweep(TimeSpan.Zero);
    }

    private async ValueTask<Stream> SecureAsync(Stream plain, UpstreamServer upstream, string host, CancellationToken cancellation)
    {
        var tls = new SslStream(plain);
        using var deadline = new CancellationTokenSource(upstream.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = host,
                ApplicationProtocols = [SslApplicationProtocol.Http11],
#pragma warning disable CA5359 // See UpstreamServer.Tls.
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
            };
            await tls.AuthenticateAsClientAsync(options, either.Token);
            return tls;
        }
        catch (Exception e)
        {
            await tls.DisposeAsync();
            throw e switch
            {
                OperationCanceledException when deadline.IsCancellationRequested => new UpstreamException(ForwardOutcome.ConnectTimeout, "The TLS handshake took too long.", e),
                AuthenticationException or IOException => new UpstreamException(ForwardOutcome.TlsFailed, "The TLS handshake failed.", e),
                _ => e,
            };
        }
    }
}
