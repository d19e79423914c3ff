using PortPortal.Engine.Common;

namespace PortPortal.Engine.Mail;

/// <summary>One mail and what became of it.</summary>
public sealed record OutboxMail
{
    public required string Id { get; init; }

    public required DateTimeOffset At { get; init; }

    public required EmailAddress To { get; init; }

    public required string Subject { get; init; }

    /// <summary>Plain text; taken out once it was sent, for it may hold a code.</summary>
    public required string Text { get; init; }

    public required MailState State { get; init; }

    /// <summary>What the SMTP server said, where it refused.</summary>
    public string? Problem { get; init; }
}

public enum MailState
{
    /// <summary>No SMTP server is configured: an admin reads it here.</summary>
    Kept,
    Waiting,
    Sent,
    Failed,
}

/// <summary>The latest mails, for admins only.</summary>
public sealed class Outbox(TimeProvider time) : LiveFeed<OutboxMail>(mail => mail.Id, time)
{
    private const int Most = 200;

    internal void Add(OutboxMail mail)
    {
        Publish(mail);
        var surplus = Items.Count - Most;
        if (surplus > 0)
        {
            Remove(Items.Values.OrderBy(old => old.At).Take(surplus).Select(old => old.Id));
        }
    }
}
