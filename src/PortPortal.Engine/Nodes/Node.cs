using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Nodes;

/// <summary>Another machine that runs sessions, as the database keeps it; the machine of this process has no row.</summary>
internal sealed class Node
{
    public required string Id { get; init; }

    /// <summary>A DNS label.</summary>
    public required string Name { get; init; }

    /// <summary>The name or address under which the world reaches its public ports; null where the world does not.</summary>
    public string? Host { get; init; }

    /// <summary>Its end of the tunnel, given at birth and never chosen by the node.</summary>
    public required string TunnelAddress { get; init; }

    /// <summary>SHA-256 of the join token's secret; null once it was used.</summary>
    public byte[]? TokenHash { get; set; }

    public DateTimeOffset? TokenExpiresAt { get; set; }

    /// <summary>The public half of the key that signs for it (SubjectPublicKeyInfo, P-256); null until it has joined.</summary>
    public byte[]? PublicKey { get; set; }

    /// <summary>The public half of its tunnel key.</summary>
    public string? TunnelKey { get; set; }

    public DateTimeOffset? JoinedAt { get; set; }

    /// <summary>Since when it takes no new sessions; null where it does.</summary>
    public DateTimeOffset? DrainingSince { get; set; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class NodeConfiguration : IEntityTypeConfiguration<Node>
{
    public void Configure(EntityTypeBuilder<Node> builder)
    {
        builder.ToTable("Nodes");
        builder.Property(node => node.Id).HasMaxLength(32);
        builder.Property(node => node.Name).HasMaxLength(DnsLabel.MaxLength);
        builder.Property(node => node.Host).HasMaxLength(253);
        builder.Property(node => node.TunnelAddress).HasMaxLength(64);
        builder.Property(node => node.TokenHash).HasMaxLength(32);
        builder.Property(node => node.PublicKey).HasMaxLength(128);
        builder.Property(node => node.TunnelKey).HasMaxLength(44);
        builder.Property(node => node.CreatedBy).HasMaxLength(32);
        // Two nodes with one address would hear each other's visitors: the database is the judge.
        builder.HasIndex(node => node.TunnelAddress).IsUnique();
        builder.HasIndex(node => node.Name).IsUnique();
    }
}
