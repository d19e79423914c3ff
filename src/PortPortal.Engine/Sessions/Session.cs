using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PortPortal.Engine.Sessions;

/// <summary>A running workload whose ports can be exposed, as the database keeps it.</summary>
internal sealed class Session
{
    public const string ThisMachineId = "this-machine";

    public required string Id { get; init; }

    public required string Name { get; set; }

    public required SessionKind Kind { get; init; }

    public required SessionState State { get; set; }

    public required DateTimeOffset StateSince { get; set; }

    /// <summary>An IP literal; null for this machine.</summary>
    public string? Address { get; set; }

    /// <summary>The node that runs it.</summary>
    public required string NodeId { get; init; }

    public required string OwnerId { get; init; }

    public required string Profile { get; set; }

    /// <summary>The ports its network policy allows; empty = every port.</summary>
    public IList<int> AllowPorts { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>The container it follows, by its engine's number; null for others.</summary>
    public string? ContainerId { get; init; }
}

internal sealed class SessionConfiguration : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.ToTable("Sessions");
        builder.Property(session => session.Id).HasMaxLength(32);
        builder.Property(session => session.Name).HasMaxLength(63);
        builder.Property(session => session.Address).HasMaxLength(64);
        builder.Property(session => session.NodeId).HasMaxLength(32);
        builder.Property(session => session.OwnerId).HasMaxLength(32);
        builder.Property(session => session.Profile).HasMaxLength(63);
        builder.Property(session => session.ContainerId).HasMaxLength(64);
        // Names are unique among sessions that have not ended; the database is the judge of races.
        builder.HasIndex(session => session.Name).IsUnique().HasFilter("\"EndedAt\" IS NULL");
    }
}
