using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Mail;

/// <summary>Sends one mail now, past the queue, and says what the server answered.</summary>
internal sealed class MailTest(IOptions<MailOptions> options, IMailSender sender, TimeProvider time)
{
    /// <summary>Null where the server took it.</summary>
    public async Task<Refusal?> SendAsync(string? to, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.IsAdmin)
        {
            return new(403, RefusalCodes.NotAllowed, "Only admins may send a test mail.");
        }

        if (options.Value.Host.Length == 0)
        {
            return new(409, RefusalCodes.InvalidRequest, "No mail server is configured: set Smtp:Host and Smtp:From.");
        }

        if (!EmailAddress.TryParse(to, out var address))
        {
            return Refusal.Invalid("to", "to takes one plain address, such as mira@example.com.");
        }

        var mail = new OutboxMail
        {
            Id = ShortId.New(),
            At = time.GetUtcNow(),
            To = address,
            Subject = "Test mail from PortPortal",
            Text = $"{actor.Name} sent this to see whether mail goes out. It does.\n",
            State = MailState.Waiting,
        };
        try
        {
            await sender.SendAsync(mail, cancellationToken);
            return null;
        }
        catch (MailRefusedException refused)
        {
            return new(502, RefusalCodes.UpstreamFailed, $"{options.Value.Host}:{options.Value.Port} did not take it: {refused.Message}");
        }
    }
}
