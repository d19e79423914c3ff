namespace PortPortal.Engine.Mail;

/// <summary>Where mail leaves the house.</summary>
internal interface IMailSender
{
    /// <exception cref="MailRefusedException">The server did not take it; the message says why.</exception>
    Task SendAsync(OutboxMail mail, CancellationToken cancellationToken);
}

/// <param name="isFinal">True where trying again would end the same way.</param>
internal sealed class MailRefusedException(string reason, bool isFinal, Exception? cause = null) : Exception(reason, cause)
{
    public bool IsFinal => isFinal;
}
