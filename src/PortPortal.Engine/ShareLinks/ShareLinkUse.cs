using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PortPortal.Engine.ShareLinks;

/// <summary>One browser that a link has let through: coming back does not count again.</summary>
internal sealed class ShareLinkUse
{
    public required string LinkId { get; init; }

    /// <summary>A hash of the browser's random name.</summary>
    public required string Browser { get; init; }

    public required DateTimeOffset At { get; init; }
}

internal sealed class ShareLinkUseConfiguration : IEntityTypeConfiguration<ShareLinkUse>
{
    public void Configure(EntityTypeBuilder<ShareLinkUse> builder)
    {
        builder.ToTable("ShareLinkUses");
        builder.HasKey(use => new { use.LinkId, use.Browser });
        builder.Property(use => use.LinkId).HasMaxLength(32);
        builder.Property(use => use.Browser).HasMaxLength(64);
        builder.HasOne<ShareLink>().WithMany().HasForeignKey(use => use.LinkId).OnDelete(DeleteBehavior.Cascade);
    }
}
