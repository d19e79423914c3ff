using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PortPortal.Engine.Exposures.AccessRequests;

/// <summary>Someone who proved an address, was refused, and asked the owner to be let in; one row for each address and exposure.</summary>
internal sealed class AccessRequest
{
    public required string Id { get; init; }

    public required string ExposureId { get; init; }

    public required string Email { get; init; }

    /// <summary>As the account says, where they signed in.</summary>
    public string? Name { get; set; }

    public required string From { get; set; }

    public required DateTimeOffset AskedAt { get; set; }

    public required AccessRequestState State { get; set; }

    /// <summary>Whoever answered.</summary>
    public string? DecidedBy { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>The end of what was granted; null = for good.</summary>
    public DateTimeOffset? Until { get; set; }
}

public enum AccessRequestState
{
    Open,
    Approved,
    Refused,
}

internal sealed class AccessRequestConfiguration : IEntityTypeConfiguration<AccessRequest>
{
    public void Configure(EntityTypeBuilder<AccessRequest> builder)
    {
        builder.ToTable("AccessRequests");
        builder.Property(request => request.Id).HasMaxLength(32);
        builder.Property(request => request.ExposureId).HasMaxLength(32);
        builder.Property(request => request.Email).HasMaxLength(254);
        builder.Property(request => request.Name).HasMaxLength(320);
        builder.Property(request => request.From).HasMaxLength(64);
        builder.Property(request => request.DecidedBy).HasMaxLength(320);
        builder.HasOne<Exposure>().WithMany().HasForeignKey(request => request.ExposureId);
        builder.HasIndex(request => new { request.ExposureId, request.Email }).IsUnique();
    }
}
