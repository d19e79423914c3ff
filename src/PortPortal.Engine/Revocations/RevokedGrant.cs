using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.Revocations;

/// <summary>One grant taken back, as the database keeps it until the grant would have ended anyway.</summary>
internal sealed class RevokedGrant
{
    /// <summary>The grant's.</summary>
    public required string Id { get; init; }

    public required string ExposureId { get; init; }

    public required DateTimeOffset EndsAt { get; init; }
}

internal sealed class RevokedGrantConfiguration : IEntityTypeConfiguration<RevokedGrant>
{
    public void Configure(EntityTypeBuilder<RevokedGrant> builder)
    {
        builder.ToTable("RevokedGrants");
        builder.Property(grant => grant.Id).HasMaxLength(32);
        builder.Property(grant => grant.ExposureId).HasMaxLength(32);
        builder.HasOne<Exposure>().WithMany().HasForeignKey(grant => grant.ExposureId);
        builder.HasIndex(grant => grant.EndsAt);
    }
}
