using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Audit;

/// <summary>Who did what to what, from where, with what result, and why, in plain words; never changed once written.</summary>
/// <remarks>Tokens, PINs, keys and cookies never appear in any of its texts.</remarks>
public sealed record AuditEntry
{
    public long Id { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string ActorId { get; init; }

    public required string ActorName { get; init; }

    public string? From { get; init; }

    /// <summary>Noun and verb: <c>port.exposed</c>, <c>visit.refused</c>.</summary>
    public required string Action { get; init; }

    public string? SessionId { get; init; }

    public string? SessionName { get; init; }

    public int? Port { get; init; }

    public required AuditResult Result { get; init; }

    /// <summary>One sentence: what happened and why.</summary>
    public required string Reason { get; init; }

    public static AuditEntry By(Actor actor, TimeProvider time, string action, string reason, AuditResult result = AuditResult.Done) => new()
    {
        At = time.GetUtcNow(),
        ActorId = actor.Id,
        ActorName = actor.Name,
        From = actor.From,
        Action = action,
        Result = result,
        Reason = reason,
    };
}

public enum AuditResult
{
    Done,
    Refused,
    Failed,
}

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("Audit");
        builder.Property(entry => entry.ActorId).HasMaxLength(64);
        builder.Property(entry => entry.ActorName).HasMaxLength(320);
        builder.Property(entry => entry.From).HasMaxLength(64);
        builder.Property(entry => entry.Action).HasMaxLength(64);
        builder.Property(entry => entry.SessionId).HasMaxLength(32);
        builder.Property(entry => entry.SessionName).HasMaxLength(63);
        builder.Property(entry => entry.Reason).HasMaxLength(1000);
        builder.HasIndex(entry => entry.At);
        builder.HasIndex(entry => new { entry.SessionId, entry.At });
    }
}
