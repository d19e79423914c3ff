using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.ShareLinks;

/// <summary>A revocable, expiring URL to one exposure, as the database keeps it.</summary>
internal sealed class ShareLink
{
    public required string Id { get; init; }

    public required string ExposureId { get; init; }

    /// <summary>What a token is looked up by: SHA-256, in hexadecimal.</summary>
    public required string TokenHash { get; init; }

    /// <summary>Encrypted by <see cref="ShareLinkTokens"/>, so that owners can see the link again.</summary>
    public required string TokenProtected { get; init; }

    /// <summary>The characters that everyone who sees the link may see.</summary>
    public required string TokenStart { get; init; }

    public string? Label { get; set; }

    /// <summary>Where visitors land, in origin form.</summary>
    public required string StartPath { get; set; }

    /// <summary>It admits by itself: whoever has it is in.</summary>
    public required bool Bearer { get; init; }

    /// <summary>It came into the world with its exposure.</summary>
    public required bool IsBirthLink { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; set; }

    /// <summary>People it lets through; null = any number.</summary>
    public int? MaxUses { get; set; }

    /// <summary>People it has let through; also the judge of two at once.</summary>
    public int Uses { get; set; }

    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>The address the last use came from.</summary>
    public string? LastUsedFrom { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }

    public string? RevokedBy { get; set; }
}

internal sealed class ShareLinkConfiguration : IEntityTypeConfiguration<ShareLink>
{
    public void Configure(EntityTypeBuilder<ShareLink> builder)
    {
        builder.ToTable("ShareLinks");
        builder.Property(link => link.Id).HasMaxLength(32);
        builder.Property(link => link.ExposureId).HasMaxLength(32);
        builder.Property(link => link.TokenHash).HasMaxLength(64);
        builder.Property(link => link.TokenProtected).HasMaxLength(500);
        builder.Property(link => link.TokenStart).HasMaxLength(ShareLinkTokens.StartLength);
        builder.Property(link => link.Label).HasMaxLength(ShareLinkRules.MaxLabelLength);
        builder.Property(link => link.StartPath).HasMaxLength(ShareLinkRules.MaxPathLength);
        builder.Property(link => link.CreatedBy).HasMaxLength(64);
        builder.Property(link => link.LastUsedFrom).HasMaxLength(64);
        builder.Property(link => link.RevokedBy).HasMaxLength(320);
        builder.Property(link => link.Uses).IsConcurrencyToken();
        builder.HasOne<Exposure>().WithMany().HasForeignKey(link => link.ExposureId);
        builder.HasIndex(link => link.TokenHash).IsUnique();
    }
}
