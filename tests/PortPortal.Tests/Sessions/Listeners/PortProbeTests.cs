using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Tests.Sessions.Listeners;

public sealed class PortProbeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);

    private readonly PortProbe _probe = new(TimeProvider.System);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Knock_SomethingListens_IsListening(string address)
    {
        using var listener = TestListener.On(address);

        Assert.Equal(PortAnswer.Listening, await _probe.KnockAsync(listener.EndPoint, Patience, CancellationToken.None));
    }

    [Fact]
    public async Task Knock_NobodyListens_IsRefused()
    {
        var listener = TestListener.On("127.0.0.1");
        var target = listener.EndPoint;
        listener.Dispose();

        Assert.Equal(PortAnswer.Refused, await _probe.KnockAsync(target, Patience, CancellationToken.None));
    }

    [Fact]
    public async Task Knock_NoWayThere_IsUnreachable() =>
        Assert.Equal(PortAnswer.Unreachable, await _probe.KnockAsync(new(IPAddress.Broadcast, 80), Patience, CancellationToken.None));

    [LinuxFact]
    public async Task Knock_NoAnswer_TimesOut()
    {
        using var full = await FullListener.FillAsync();

        Assert.Equal(PortAnswer.TimedOut, await _probe.KnockAsync(full.EndPoint, Short, CancellationToken.None));
    }

    [LinuxFact]
    public async Task Knock_CallerGivesUp_IsCancelled()
    {
        using var full = await FullListener.FillAsync();
        using var stop = new CancellationTokenSource(Short);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _probe.KnockAsync(full.EndPoint, Patience, stop.Token));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", PortSpeech.Http)]
    [InlineData("HTTP/1.1 403 Forbidden\r\n\r\n", PortSpeech.Http)]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", PortSpeech.Http)]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", PortSpeech.Ssh)]
    [InlineData("220 mail.example ESMTP\r\n", PortSpeech.Unknown)]
    [InlineData("", PortSpeech.Unknown)]
    public async Task ListenIn_FirstBytes_TellWhatItSpeaks(string answer, PortSpeech expected)
    {
        using var listener = TestListener.On("127.0.0.1");
        var serving = ServeAsync(listener, async stream =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        });

        Assert.Equal(expected, await _probe.ListenInAsync(listener.EndPoint, Patience, CancellationToken.None));
        listener.Dispose();
        await serving;
    }

    [Fact]
    public async Task ListenIn_TlsServer_IsHttps()
    {
        using var certificate = SelfSigned();
        using var listener = TestListener.On("127.0.0.1");
        var serving = ServeAsync(listener, async stream =>
        {
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(certificate);
        });

        Assert.Equal(PortSpeech.Https, await _probe.ListenInAsync(listener.EndPoint, Patience, CancellationToken.None));
        listener.Dispose();
        await serving;
    }

    [Fact]
    public async Task ListenIn_SilentServer_IsUnknownWithinItsPatience()
    {
        using var listener = TestListener.On("127.0.0.1");

        Assert.Equal(PortSpeech.Unknown, await _probe.ListenInAsync(listener.EndPoint, Short, CancellationToken.None).WaitAsync(Patience));
    }

    [Fact]
    public async Task ListenIn_NobodyListens_IsUnknown()
    {
        var listener = TestListener.On("127.0.0.1");
        var target = listener.EndPoint;
        listener.Dispose();

        Assert.Equal(PortSpeech.Unknown, await _probe.ListenInAsync(target, Patience, CancellationToken.None));
    }

    /// <summary>Answers every connection the same way until the listener is closed.</summary>
    private static async Task ServeAsync(TestListener listener, Func<Stream, Task> answerAsync)
    {
        while (true)
        {
            try
            {
                using var connection = await listener.AcceptAsync();
                await using var stream = new NetworkStream(connection);
                await answerAsync(stream);
                connection.Shutdown(SocketShutdown.Send);
                _ = await stream.ReadAsync(new byte[4096]).AsTask().WaitAsync(Patience);
            }
            catch (SocketException)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                // The other side hung up on us; the next may not.
            }
        }
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }

    /// <summary>A listener whose queue is full: Linux drops further knocks without a word.</summary>
    private sealed class FullListener : IDisposable
    {
        private readonly TestListener _listener = TestListener.On("127.0.0.1", backlog: 0);
        private readonly List<Socket> _waiting = [];

        public IPEndPoint EndPoint => _listener.EndPoint;

        public static async Task<FullListener> FillAsync()
        {
            var full = new FullListener();
            while (await full.TryQueueAsync())
            {
                Assert.True(full._waiting.Count < 100, "The queue never fills.");
            }

            return full;
        }

        public void Dispose()
        {
            _waiting.ForEach(socket => socket.Dispose());
            _listener.Dispose();
        }

        private async Task<bool> TryQueueAsync()
        {
            using var patience = new CancellationTokenSource(Short);
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _waiting.Add(socket);
            try
            {
                await socket.ConnectAsync(EndPoint, patience.Token);
                return true;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }
}
