using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PortPortal.Engine.ShareLinks.Previews;

/// <summary>The key that signs preview links, encrypted: made at the first start, the same for every replica.</summary>
internal sealed class PreviewKey
{
    public const int OnlyId = 1;

    public int Id { get; init; } = OnlyId;

    public required string KeyProtected { get; set; }
}

internal sealed class PreviewKeyConfiguration : IEntityTypeConfiguration<PreviewKey>
{
    public void Configure(EntityTypeBuilder<PreviewKey> builder)
    {
        builder.ToTable("PreviewKeys");
        builder.Property(key => key.Id).ValueGeneratedNever();
        builder.Property(key => key.KeyProtected).HasMaxLength(500);
    }
}
