using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.ShareLinks.Previews;

/// <summary>A preview link that was minted, for lists and revocation; its token works without this row.</summary>
internal sealed class PreviewLink
{
    public required string Id { get; init; }

    public required string ExposureId { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; set; }
}

internal sealed class PreviewLinkConfiguration : IEntityTypeConfiguration<PreviewLink>
{
    public void Configure(EntityTypeBuilder<PreviewLink> builder)
    {
        builder.ToTable("PreviewLinks");
        builder.Property(link => link.Id).HasMaxLength(32);
        builder.Property(link => link.ExposureId).HasMaxLength(32);
        builder.Property(link => link.CreatedBy).HasMaxLength(64);
        builder.HasOne<Exposure>().WithMany().HasForeignKey(link => link.ExposureId);
    }
}
