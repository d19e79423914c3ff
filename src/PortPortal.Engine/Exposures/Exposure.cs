using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PortPortal.Engine.Access;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures;

/// <summary>One port of one session that someone wants reachable, as the database keeps it.</summary>
internal sealed class Exposure
{
    public required string Id { get; init; }

    public required string SessionId { get; init; }

    public required int Port { get; init; }

    public required UpstreamProtocol Protocol { get; set; }

    public string? Label { get; set; }

    /// <summary>The endpoint's name, unique in its session: <c>web</c> in <c>web.my-app.localhost</c>.</summary>
    public string? Name { get; set; }

    public required AccessMode Access { get; set; }

    public IList<string> AllowedEmails { get; set; } = [];

    /// <summary>Whom of those who sign in; empty = everyone.</summary>
    public IList<string> AllowedPeople { get; set; } = [];

    /// <summary>Grows with every change of who may come in; also the judge of two changes at once.</summary>
    public int PolicyVersion { get; set; } = 1;

    /// <summary>The first version whose grants are still honoured, as far as they stand up to today's policy.</summary>
    public int GrantsSince { get; set; } = 1;

    /// <summary>Encrypted by <see cref="ExposurePins"/>; null until the mode was PIN for the first time.</summary>
    public string? PinProtected { get; set; }

    /// <summary>What its owner has to know: the limits narrowed it. Gone with the next change of who may come in.</summary>
    public string? Notice { get; set; }

    public required ExposureSource Source { get; init; }

    public required string OpenedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>Set by its owner: it closes when nobody has come for so long.</summary>
    public TimeSpan? CloseAfterIdle { get; set; }

    /// <summary>Null while it is wanted.</summary>
    public DateTimeOffset? ClosedAt { get; set; }

    /// <summary>Whoever closed it: what a person closed does not come back by itself.</summary>
    public string? ClosedBy { get; set; }
}

internal sealed class ExposureConfiguration : IEntityTypeConfiguration<Exposure>
{
    public void Configure(EntityTypeBuilder<Exposure> builder)
    {
        builder.ToTable("Exposures");
        builder.Property(exposure => exposure.Id).HasMaxLength(32);
        builder.Property(exposure => exposure.SessionId).HasMaxLength(32);
        builder.Property(exposure => exposure.Label).HasMaxLength(ExposeRules.MaxLabelLength);
        builder.Property(exposure => exposure.Name).HasMaxLength(63);
        builder.Property(exposure => exposure.OpenedBy).HasMaxLength(32);
        builder.Property(exposure => exposure.ClosedBy).HasMaxLength(32);
        builder.Property(exposure => exposure.PolicyVersion).IsConcurrencyToken();
        builder.Property(exposure => exposure.Notice).HasMaxLength(200);
        builder.Property(exposure => exposure.PinProtected).HasMaxLength(500);
        builder.HasOne<Session>().WithMany().HasForeignKey(exposure => exposure.SessionId);
        // One open exposure per port and per endpoint name: the database is the judge of races.
        builder.HasIndex(exposure => new { exposure.SessionId, exposure.Port }).IsUnique().HasFilter("\"ClosedAt\" IS NULL");
        builder.HasIndex(exposure => new { exposure.SessionId, exposure.Name }).IsUnique().HasFilter("\"ClosedAt\" IS NULL AND \"Name\" IS NOT NULL");
    }
}
