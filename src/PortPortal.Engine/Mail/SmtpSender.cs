using System.Net;
using System.Net.Mail;
using Microsoft.Extensions.Options;

namespace PortPortal.Engine.Mail;

/// <summary>Hands one mail to the configured SMTP server, over a connection of its own.</summary>
internal sealed class SmtpSender(IOptions<MailOptions> options) : IMailSender
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public async Task SendAsync(OutboxMail mail, CancellationToken cancellationToken)
    {
        var smtp = options.Value;
        using var client = new SmtpClient(smtp.Host, smtp.Port) { EnableSsl = smtp.Security == MailSecurity.StartTls };
        if (smtp.User.Length > 0)
        {
            client.Credentials = new NetworkCredential(smtp.User, smtp.Password);
        }

        using var message = new MailMessage(smtp.From, mail.To.ToString(), mail.Subject, mail.Text);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            await client.SendMailAsync(message, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MailRefusedException($"{smtp.Host}:{smtp.Port} did not answer within {Patience.TotalSeconds:0} s.", isFinal: false);
        }
        catch (SmtpException exception)
        {
            // 5xx is the server's last word (RFC 5321, section 4.2.1).
            throw new MailRefusedException(exception.InnerException?.Message ?? exception.Message, isFinal: (int)exception.StatusCode >= 500, exception);
        }
    }
}
