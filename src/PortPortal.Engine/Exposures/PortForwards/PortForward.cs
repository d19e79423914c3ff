using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>One raw TCP mapping, node:public port → session:guest port, that someone wants, as the database keeps it.</summary>
internal sealed class PortForward
{
    public required string Id { get; init; }

    public required string SessionId { get; init; }

    public required int GuestPort { get; init; }

    public required int PublicPort { get; init; }

    /// <summary>The node whose public port it is.</summary>
    public required string NodeId { get; init; }

    /// <summary>Its identity in the node's kernel: 24 bits, never given to another forward of that node.</summary>
    public required int Mark { get; init; }

    public string? Label { get; set; }

    /// <summary>Networks that may connect; empty = everyone.</summary>
    public IList<string> Sources { get; set; } = [];

    /// <summary>Only addresses that passed the gate of one of the session's web ports may connect.</summary>
    public bool Knock { get; set; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>Null while it is wanted.</summary>
    public DateTimeOffset? ClosedAt { get; set; }
}

internal sealed class PortForwardConfiguration : IEntityTypeConfiguration<PortForward>
{
    public void Configure(EntityTypeBuilder<PortForward> builder)
    {
        builder.ToTable("PortForwards");
        builder.Property(forward => forward.Id).HasMaxLength(32);
        builder.Property(forward => forward.SessionId).HasMaxLength(32);
        builder.Property(forward => forward.NodeId).HasMaxLength(32);
        builder.Property(forward => forward.Label).HasMaxLength(ExposeRules.MaxLabelLength);
        builder.Property(forward => forward.CreatedBy).HasMaxLength(32);
        builder.HasOne<Session>().WithMany().HasForeignKey(forward => forward.SessionId);
        // The database is the judge of races: no two open forwards of a node share a port, and no two ever a mark.
        builder.HasIndex(forward => new { forward.NodeId, forward.PublicPort }).IsUnique().HasFilter("\"ClosedAt\" IS NULL");
        builder.HasIndex(forward => new { forward.NodeId, forward.Mark }).IsUnique();
        builder.HasIndex(forward => forward.SessionId);
    }
}
