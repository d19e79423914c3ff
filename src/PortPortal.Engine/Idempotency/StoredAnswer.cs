using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PortPortal.Engine.Idempotency;

/// <summary>The first answer to a request that carried an Idempotency-Key, for whoever sends it again.</summary>
internal sealed class StoredAnswer
{
    public int Id { get; init; }

    /// <summary>A hash over actor, address and key: nobody meets another's answer.</summary>
    public required string Scope { get; init; }

    /// <summary>A hash over the body: the same key for something else is a mistake.</summary>
    public required string BodyHash { get; init; }

    public required int Status { get; init; }

    public string? ContentType { get; init; }

    public string? Location { get; init; }

    /// <summary>Encrypted: an answer may hold a PIN or a new key.</summary>
    public required byte[] ProtectedBody { get; init; }

    public required DateTimeOffset At { get; init; }
}

internal sealed class StoredAnswerConfiguration : IEntityTypeConfiguration<StoredAnswer>
{
    public void Configure(EntityTypeBuilder<StoredAnswer> builder)
    {
        builder.ToTable("StoredAnswers");
        builder.Property(answer => answer.Scope).HasMaxLength(64);
        builder.Property(answer => answer.BodyHash).HasMaxLength(64);
        builder.Property(answer => answer.ContentType).HasMaxLength(100);
        builder.Property(answer => answer.Location).HasMaxLength(400);
        builder.HasIndex(answer => answer.Scope).IsUnique();
        builder.HasIndex(answer => answer.At);
    }
}
