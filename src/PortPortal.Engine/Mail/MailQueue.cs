using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Mail;

/// <summary>Takes mails at once and sends them one after another, so that nobody waits for an SMTP server, and nobody can tell by waiting.</summary>
internal sealed partial class MailQueue(IOptions<MailOptions> options, IMailSender sender, Outbox outbox, TimeProvider time, ILogger<MailQueue> logger) : BackgroundService
{
    private const int MostWaiting = 1000;
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30)];
    private readonly Channel<OutboxMail> _mails = Channel.CreateBounded<OutboxMail>(MostWaiting);

    /// <summary>False where no server is configured: mails stay in the outbox.</summary>
    public bool Sends => options.Value.Host.Length > 0;

    public void Send(EmailAddress to, string subject, string text)
    {
        var mail = new OutboxMail { Id = ShortId.New(), At = time.GetUtcNow(), To = to, Subject = subject, Text = text, State = Sends ? MailState.Waiting : MailState.Kept };
        if (Sends && !_mails.Writer.TryWrite(mail))
        {
            mail = mail with { State = MailState.Failed, Problem = "Too many mails are waiting." };
        }

        outbox.Add(mail);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var mail in _mails.Reader.ReadAllAsync(stoppingToken))
        {
            await SendAsync(mail, stoppingToken);
        }
    }

    private async Task SendAsync(OutboxMail mail, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await sender.SendAsync(mail, cancellationToken);
                outbox.Update(mail.Id, old => old with { State = MailState.Sent, Text = "", Problem = null });
                return;
            }
            catch (MailRefusedException refused) when (refused.IsFinal || attempt >= Pauses.Length)
            {
                Log.NotSent(logger, refused.Message);
                outbox.Update(mail.Id, old => old with { State = MailState.Failed, Problem = refused.Message });
                return;
            }
            catch (MailRefusedException refused)
            {
                outbox.Update(mail.Id, old => old with { Problem = refused.Message });
                await Task.Delay(Pauses[attempt], time, cancellationToken);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A mail was not sent: {Reason}")]
        public static partial void NotSent(ILogger logger, string reason);
    }
}
