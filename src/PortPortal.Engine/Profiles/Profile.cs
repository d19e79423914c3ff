using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PortPortal.Engine.Access;

namespace PortPortal.Engine.Profiles;

/// <summary>The limits of a session: as an admin wrote them, or, from <see cref="ProfileBook.Of"/>, as they are in force.</summary>
public sealed record Profile
{
    /// <summary>The profile of whoever names none; it cannot be deleted.</summary>
    public const string DefaultName = "dev";

    public required string Name { get; init; }

    /// <summary>What it is for, in a few words.</summary>
    public string? Note { get; init; }

    public int MaxExposedPorts { get; init; } = 32;

    public int MaxForwardedPorts { get; init; } = 5;

    /// <summary>The widest mode a port may have.</summary>
    public AccessMode WidestAccess { get; init; } = AccessMode.Public;

    /// <summary>The mode of a port for which nobody names one; the policy's, so no profile keeps it.</summary>
    public AccessMode DefaultAccess { get; init; } = AccessMode.Sso;

    /// <summary>Every detected port is public at once.</summary>
    public bool OpenPorts { get; init; }

    public TimeSpan DefaultLinkLife { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The longest life of a share link or a preview link.</summary>
    public TimeSpan MaxLinkLife { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Whether a share link may admit by itself.</summary>
    public bool BearerLinks { get; init; }

    /// <summary>Requests per second and host name that the edge lets through in the long run; 0 = no limit.</summary>
    public double RequestsPerSecond { get; init; }

    /// <summary>Requests that may come at once.</summary>
    public int RequestBurst { get; init; }

    public bool IsDefault => Name == DefaultName;
}

internal sealed class ProfileConfiguration : IEntityTypeConfiguration<Profile>
{
    public void Configure(EntityTypeBuilder<Profile> builder)
    {
        builder.ToTable("Profiles");
        builder.HasKey(profile => profile.Name);
        builder.Property(profile => profile.Name).HasMaxLength(63);
        builder.Property(profile => profile.Note).HasMaxLength(ProfileRules.MaxNoteLength);
        builder.Ignore(profile => profile.DefaultAccess);
        builder.Ignore(profile => profile.IsDefault);
    }
}
