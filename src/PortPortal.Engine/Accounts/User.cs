using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Accounts;

/// <summary>A person who may sign in, with the rights they have now.</summary>
/// <remarks>
/// <see cref="IdentityUser{TKey}.UserName"/> is the address a local account signs in with, and null where an identity provider vouches:
/// such a person is known by issuer and subject, never by e-mail. Only an admin or a provider sets an address, so a local one counts as verified.
/// </remarks>
internal sealed class User : IdentityUser
{
    public const int NameLength = 100;

    public required string Name { get; set; }

    public required Role Role { get; set; }

    public bool Disabled { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? LastSignInAt { get; set; }

    /// <summary>What the provider's groups claim said at the last sign-in.</summary>
    public List<string> Groups { get; set; } = [];

    /// <summary>SHA-256 of the code in the newest invitation or reset link; null once used.</summary>
    public byte[]? LinkHash { get; set; }

    public DateTimeOffset? LinkExpiresAt { get; set; }

    public static User Local(string name, string email, Role role, DateTimeOffset now) => new()
    {
        Id = ShortId.New(),
        Name = name,
        Role = role,
        CreatedAt = now,
        UserName = email,
        NormalizedUserName = Normalize(email),
        Email = email,
        NormalizedEmail = Normalize(email),
        EmailConfirmed = true,
        SecurityStamp = ShortId.New(),
    };

    /// <summary>The form in which sign-in names are compared: one spelling per mailbox, in the capitals of Identity's normalizer.</summary>
    public static string Normalize(string email) => (EmailAddress.TryParse(email, out var address) ? address.ToString() : email).ToUpperInvariant();
}

internal sealed class UserConfiguration : IEntityTypeConfiguration<User>
{
    private const int EmailLength = 254; // RFC 5321, section 4.5.3.1.3, less the angle brackets

    public void Configure(EntityTypeBuilder<User> builder)
    {
        builder.ToTable("Users");
        builder.Property(user => user.Id).HasMaxLength(ShortId.Length);
        builder.Property(user => user.Name).HasMaxLength(User.NameLength);
        builder.Property(user => user.UserName).HasMaxLength(EmailLength);
        builder.Property(user => user.NormalizedUserName).HasMaxLength(EmailLength);
        builder.Property(user => user.Email).HasMaxLength(EmailLength);
        builder.Property(user => user.NormalizedEmail).HasMaxLength(EmailLength);
        builder.Property(user => user.ConcurrencyStamp).IsConcurrencyToken();
        builder.HasIndex(user => user.NormalizedUserName).IsUnique();
        builder.HasIndex(user => user.LinkHash).IsUnique();
        builder.Ignore(user => user.PhoneNumber).Ignore(user => user.PhoneNumberConfirmed);
        builder.Ignore(user => user.TwoFactorEnabled);
        builder.Ignore(user => user.LockoutEnabled).Ignore(user => user.LockoutEnd).Ignore(user => user.AccessFailedCount);
    }
}
