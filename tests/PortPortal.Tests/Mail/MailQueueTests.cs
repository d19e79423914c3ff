using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;
using PortPortal.Engine.Mail;

namespace PortPortal.Tests.Mail;

/// <summary>Mail that really goes over SMTP, to a server that writes down what it gets.</summary>
public sealed class MailQueueTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Send_ToAServer_ArrivesAndLeavesNoTextInTheOutbox()
    {
        await using var server = new SmtpServer();
        await using var post = await PostOffice.StartAsync(server.Port);

        post.Queue.Send(Address("dana@studio.example"), "123456 is your code", "Your code is\n\n    123456\n");

        var letter = await server.NextAsync().WaitAsync(Deadline);
        Assert.Contains("RCPT TO:<dana@studio.example>", letter, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("MAIL FROM:<portportal@lark.example>", letter, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Subject: 123456 is your code", letter, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("    123456", letter, StringComparison.Ordinal);
        var mail = await post.UntilAsync(MailState.Sent);
        Assert.Equal("", mail.Text);
    }

    [Fact]
    public async Task R40_ServerThatIsDownAtFirst_GetsTheMailLater()
    {
        await using var server = new SmtpServer(refuse: 1);
        await using var post = await PostOffice.StartAsync(server.Port);

        post.Queue.Send(Address("dana@studio.example"), "s", "t");

        await server.NextAsync().WaitAsync(Deadline);
        await post.UntilAsync(MailState.Sent);
    }

    [Fact]
    public async Task ServerThatRefusesForGood_IsShownInItsOwnWords()
    {
        await using var server = new SmtpServer(refuse: int.MaxValue, refusal: "550 No such user here");
        await using var post = await PostOffice.StartAsync(server.Port);

        post.Queue.Send(Address("dana@studio.example"), "s", "t");

        var mail = await post.UntilAsync(MailState.Failed);
        Assert.Contains("No such user here", mail.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutAServer_MailIsKeptForAdmins()
    {
        await using var post = await PostOffice.StartAsync(port: null);

        post.Queue.Send(Address("dana@studio.example"), "s", "the code");

        var mail = await post.UntilAsync(MailState.Kept);
        Assert.Equal("the code", mail.Text);
        Assert.False(post.Queue.Sends);
    }

    [Fact]
    public void Outbox_KeepsTheLatestTwoHundred()
    {
        var time = new ManualTime();
        var outbox = new Outbox(time);
        for (var i = 0; i < 250; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            outbox.Add(new() { Id = $"{i}", At = time.GetUtcNow(), To = Address("a@b.example"), Subject = "s", Text = "t", State = MailState.Kept });
        }

        Assert.Equal(200, outbox.Items.Count);
        Assert.Null(outbox.Find("49"));
        Assert.NotNull(outbox.Find("50"));
    }

    [Fact]
    public void Options_ThatAreWrong_AreAllNamedAtOnce()
    {
        var result = new MailOptionsValidation().Validate(null, new MailOptions { Host = "mail", Port = 0, From = "nobody", User = "u", Security = (MailSecurity)9 });

        Assert.Equal(["Smtp:Port", "Smtp:From", "Smtp:User", "Smtp:Security"], result.Failures!.Select(failure => failure.Split(' ')[0]));
        Assert.True(new MailOptionsValidation().Validate(null, new MailOptions { Port = 0 }).Succeeded);
    }

    private static EmailAddress Address(string text) => EmailAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text, nameof(text));

    private sealed class PostOffice : IAsyncDisposable
    {
        private PostOffice(MailOptions options)
        {
            Queue = new(Options.Create(options), new SmtpSender(Options.Create(options)), Outbox, TimeProvider.System, NullLogger<MailQueue>.Instance);
        }

        public Outbox Outbox { get; } = new(TimeProvider.System);

        public MailQueue Queue { get; }

        public static async Task<PostOffice> StartAsync(int? port)
        {
            var office = new PostOffice(new() { Host = port is null ? "" : "127.0.0.1", Port = port ?? 587, From = "portportal@lark.example", Security = MailSecurity.None });
            await office.Queue.StartAsync(CancellationToken.None);
            return office;
        }

        public async Task<OutboxMail> UntilAsync(MailState state)
        {
            using var deadline = new CancellationTokenSource(Deadline);
            while (true)
            {
                if (Outbox.Items.Values.SingleOrDefault() is { } mail && mail.State == state)
                {
                    return mail;
                }

                await Task.Delay(20, deadline.Token);
            }
        }

        public async ValueTask DisposeAsync()
        {
            using var deadline = new CancellationTokenSource(Deadline);
            await Queue.StopAsync(deadline.Token);
            Queue.Dispose();
        }
    }

    /// <summary>Enough of RFC 5321 for one mail a connection.</summary>
    private sealed class SmtpServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly System.Threading.Channels.Channel<string> _letters = System.Threading.Channels.Channel.CreateUnbounded<string>();
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _serving;
        private int _refuse;

        public SmtpServer(int refuse = 0, string refusal = "450 Try again later")
        {
            _refuse = refuse;
            _listener.Start();
            _serving = ServeAsync(refusal);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public Task<string> NextAsync() => _letters.Reader.ReadAsync(_stop.Token).AsTask();

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _listener.Stop();
            await _serving.WaitAsync(Deadline);
            _stop.Dispose();
        }

        private async Task ServeAsync(string refusal)
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                    await TalkAsync(client.GetStream(), refusal);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or InvalidOperationException)
            {
                // The test is over.
            }
        }

        private async Task TalkAsync(NetworkStream stream, string refusal)
        {
            using var reader = new StreamReader(stream, Encoding.UTF8);
            var letter = new StringBuilder();
            await SayAsync("220 test");
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                letter.AppendLine(line);
                switch (line.Split(' ', ':')[0].ToUpperInvariant())
                {
                    case "RCPT" when _refuse > 0:
                        _refuse--;
                        await SayAsync(refusal);
                        break;
                    case "DATA":
                        await SayAsync("354 go on");
                        while (await reader.ReadLineAsync(_stop.Token) is { } text and not ".")
                        {
                            letter.AppendLine(text);
                        }

                        _letters.Writer.TryWrite(letter.ToString());
                        await SayAsync("250 ok");
                        break;
                    case "QUIT":
                        await SayAsync("221 bye");
                        return;
                    default:
                        await SayAsync("250 ok");
                        break;
                }
            }

            Task SayAsync(string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"), _stop.Token).AsTask();
        }
    }
}
