using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Accounts;

/// <summary>A key for scripts, which acts as its owner with at most its own role.</summary>
internal sealed record ApiKey
{
    public const int NameLength = 60;

    public required string Id { get; init; }

    /// <summary>A user's id, or <see cref="AccountClaims.AdminKeyId"/>.</summary>
    public required string OwnerId { get; init; }

    public required string Name { get; init; }

    public required Role Role { get; init; }

    /// <summary>SHA-256 of the secret part: it has 160 random bits, so a slow hash would protect nothing.</summary>
    public required byte[] SecretHash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Rotating a key brings its end closer.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>Written at most once a minute.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}

internal sealed class ApiKeyConfiguration : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        builder.ToTable("ApiKeys");
        builder.Property(key => key.Id).HasMaxLength(ShortId.Length);
        builder.Property(key => key.OwnerId).HasMaxLength(ShortId.Length);
        builder.Property(key => key.Name).HasMaxLength(ApiKey.NameLength);
        builder.Property(key => key.SecretHash).HasMaxLength(32);
        builder.HasIndex(key => key.OwnerId);
    }
}
