using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PortPortal.Engine.Access;

namespace PortPortal.Engine.Profiles;

/// <summary>What no profile may go beyond, for every port of the portal.</summary>
public sealed record PortalPolicy
{
    /// <summary>There is one row.</summary>
    public int Id { get; init; } = 1;

    /// <summary>The widest mode that any port may have; below <see cref="AccessMode.Public"/> nothing is open to everyone.</summary>
    public AccessMode WidestAccess { get; init; } = AccessMode.Public;

    /// <summary>The mode of a port for which nobody names one.</summary>
    public AccessMode DefaultAccess { get; init; } = AccessMode.Sso;

    /// <summary>The longest life of a share link or a preview link.</summary>
    public TimeSpan MaxLinkLife { get; init; } = TimeSpan.FromDays(7);

    /// <summary>False: no share link admits by itself, whatever a profile says.</summary>
    public bool BearerLinks { get; init; } = true;

    /// <summary>The profile as it is in force: the narrower of the two wins everywhere.</summary>
    public Profile Narrow(Profile profile)
    {
        var widest = AccessWord.Narrower(WidestAccess, profile.WidestAccess);
        var longest = Shorter(MaxLinkLife, profile.MaxLinkLife);
        return profile with
        {
            WidestAccess = widest,
            DefaultAccess = AccessWord.Narrower(DefaultAccess, widest),
            OpenPorts = profile.OpenPorts && widest == AccessMode.Public,
            MaxLinkLife = longest,
            DefaultLinkLife = Shorter(profile.DefaultLinkLife, longest),
            BearerLinks = profile.BearerLinks && BearerLinks,
        };
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

internal sealed class PortalPolicyConfiguration : IEntityTypeConfiguration<PortalPolicy>
{
    public void Configure(EntityTypeBuilder<PortalPolicy> builder)
    {
        builder.ToTable("Policy");
        builder.Property(policy => policy.Id).ValueGeneratedNever();
    }
}
