using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>Knocks at a port from outside, for sessions whose sockets cannot be looked at.</summary>
/// <remarks>The caller has judged the address: it is dialled as given.</remarks>
internal sealed class PortProbe(TimeProvider time)
{
    public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(2);

    /// <summary>Connects and hangs up.</summary>
    /// <remarks>A closed port is the everyday case of thousands, so it is no exception here.</remarks>
    public async Task<PortAnswer> KnockAsync(IPEndPoint target, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(patience, time, cancellationToken);
        using var socket = NewSocket(target);
        using var knock = new SocketAsyncEventArgs { RemoteEndPoint = target };
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        knock.Completed += (_, _) => answered.TrySetResult();
        if (socket.ConnectAsync(knock))
        {
            await using var end = deadline.Token.Register(() => Socket.CancelConnectAsync(knock));
            await answered.Task;
        }

        cancellationToken.ThrowIfCancellationRequested();
        return knock.SocketError switch
        {
            SocketError.Success => IsItself(socket) ? PortAnswer.Refused : PortAnswer.Listening,
            SocketError.ConnectionRefused => PortAnswer.Refused,
            SocketError.OperationAborted or SocketError.TimedOut => PortAnswer.TimedOut,
            _ => PortAnswer.Unreachable,
        };
    }

    /// <summary>Asks for the head of <c>/</c> and judges by the first bytes of the answer; what says nothing in time is unknown.</summary>
    /// <remarks>Programs that are no web server see a line they do not understand, so this is for ports whose owner wants to know.</remarks>
    public async Task<PortSpeech> ListenInAsync(IPEndPoint target, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(patience, time, cancellationToken);
        try
        {
            var first = await PlainAnswerAsync(target, deadline.Token);
            if (first.StartsWith("SSH-", StringComparison.Ordinal))
            {
                return PortSpeech.Ssh;
            }

            var isHttp = first.StartsWith("HTTP/", StringComparison.Ordinal);
            if (isHttp && !first.Contains(" 400", StringComparison.Ordinal))
            {
                return PortSpeech.Http;
            }

            // A TLS server tells a plain request off with an alert, a 400 or silence; so does many another.
            return await SpeaksTlsAsync(target, deadline.Token) ? PortSpeech.Https : isHttp ? PortSpeech.Http : PortSpeech.Unknown;
        }
        catch (Exception e) when (e is SocketException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return PortSpeech.Unknown;
        }
    }

    private static Socket NewSocket(IPEndPoint target) => new(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>On loopback the kernel may pick the dialled port as the caller's own and connect it to itself: nobody was there.</summary>
    private static bool IsItself(Socket socket) => Equals(socket.LocalEndPoint, socket.RemoteEndPoint);

    private static async Task<Socket> DialAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        var socket = NewSocket(target);
        try
        {
            await socket.ConnectAsync(target, cancellationToken);
            return IsItself(socket) ? throw new SocketException((int)SocketError.ConnectionRefused) : socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<string> PlainAnswerAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        const int Enough = 12; // "HTTP/1.1 400"
        var request = System.Text.Encoding.ASCII.GetBytes($"HEAD / HTTP/1.1\r\nHost: localhost:{target.Port}\r\nUser-Agent: PortPortal\r\nConnection: close\r\n\r\n");
        var answer = new byte[Enough];
        var length = 0;
        using var socket = await DialAsync(target, cancellationToken);
        try
        {
            await socket.SendAsync(request, cancellationToken);
            while (length < Enough && await socket.ReceiveAsync(answer.AsMemory(length), cancellationToken) is > 0 and var read)
            {
                length += read;
            }
        }
        catch (SocketException)
        {
            // Hanging up on a line one does not understand is an answer too.
        }

        return System.Text.Encoding.Latin1.GetString(answer, 0, length);
    }

    private static async Task<bool> SpeaksTlsAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        var sawCertificate = false;
        using var socket = await DialAsync(target, cancellationToken);
        await using var tls = new SslStream(new NetworkStream(socket), leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",

                // Showing a certificate is all that is asked; whose it is does not matter, and nothing is sent after it.
                RemoteCertificateValidationCallback = (_, _, _, _) =>
                {
                    sawCertificate = true;
                    return false;
                },
            }, cancellationToken);
        }
        catch (AuthenticationException)
        {
            // Refused by us at its certificate, or it was no TLS at all.
        }

        return sawCertificate;
    }

    /// <summary>The caller's wish to stop and our patience, whichever comes first.</summary>
    private sealed class Deadline : IDisposable
    {
        private readonly CancellationTokenSource _patience;
        private readonly CancellationTokenSource _both;

        public Deadline(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
        {
            _patience = new CancellationTokenSource(patience, time);
            _both = CancellationTokenSource.CreateLinkedTokenSource(_patience.Token, cancellationToken);
        }

        public CancellationToken Token => _both.Token;

        public void Dispose()
        {
            _both.Dispose();
            _patience.Dispose();
        }
    }
}

/// <summary>What a knock at a port found.</summary>
public enum PortAnswer
{
    Listening,

    /// <summary>The machine is there, and nothing listens.</summary>
    Refused,

    /// <summary>There is no way to the address.</summary>
    Unreachable,

    /// <summary>No answer at all, as behind a firewall that drops.</summary>
    TimedOut,
}

/// <summary>What a port seems to speak.</summary>
public enum PortSpeech
{
    Unknown,
    Http,
    Https,
    Ssh,
}
