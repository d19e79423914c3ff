namespace PortPortal.Engine.Mail;

/// <summary>The section <c>Smtp</c>: where mail goes out; without a host it stays in the outbox, for admins to read.</summary>
public sealed class MailOptions
{
    public const string Section = "Smtp";

    /// <summary>Empty: nothing is sent.</summary>
    public string Host { get; set; } = "";

    public int Port { get; set; } = 587;

    public string User { get; set; } = "";

    public string Password { get; set; } = "";

    /// <summary>The sender, such as <c>portportal@example.com</c>.</summary>
    public string From { get; set; } = "";

    /// <summary><c>StartTls</c> (no mail without it) or <c>None</c>.</summary>
    public MailSecurity Security { get; set; } = MailSecurity.StartTls;
}

public enum MailSecurity
{
    StartTls,
    None,
}
