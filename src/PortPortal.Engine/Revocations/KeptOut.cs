using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.Revocations;

/// <summary>One person or address that an owner keeps out of one exposure, until it is lifted or over.</summary>
/// <remarks>Any of account, e-mail and address that is given keeps out by itself; what is left out keeps out nobody.</remarks>
public sealed record KeptOut
{
    public required string Id { get; init; }

    public required string ExposureId { get; init; }

    /// <summary>What screens call them.</summary>
    public required string Name { get; init; }

    public string? UserId { get; init; }

    /// <summary>Normalised.</summary>
    public string? Email { get; init; }

    /// <summary>An IP literal; one of IPv6 stands for its /64, for a subscriber has all of that.</summary>
    public string? Address { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Null: until it is lifted.</summary>
    public DateTimeOffset? Until { get; init; }
}

internal sealed class KeptOutConfiguration : IEntityTypeConfiguration<KeptOut>
{
    public void Configure(EntityTypeBuilder<KeptOut> builder)
    {
        builder.ToTable("KeptOut");
        builder.Property(keptOut => keptOut.Id).HasMaxLength(32);
        builder.Property(keptOut => keptOut.ExposureId).HasMaxLength(32);
        builder.Property(keptOut => keptOut.Name).HasMaxLength(320);
        builder.Property(keptOut => keptOut.UserId).HasMaxLength(64);
        builder.Property(keptOut => keptOut.Email).HasMaxLength(254);
        builder.Property(keptOut => keptOut.Address).HasMaxLength(64);
        builder.HasOne<Exposure>().WithMany().HasForeignKey(keptOut => keptOut.ExposureId);
    }
}
