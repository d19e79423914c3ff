using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Accounts;

/// <summary>One browser that is signed in; deleting it signs that browser out, whatever cookie it holds.</summary>
internal sealed record SignIn
{
    public string Id { get; init; } = ShortId.New();

    public required string UserId { get; init; }

    public required SignInMethod Method { get; init; }

    public required DateTimeOffset At { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The client's address, where it is known.</summary>
    public string? From { get; init; }

    /// <summary>The browser's own words about itself, cut to <see cref="AgentLength"/>.</summary>
    public string? Agent { get; init; }

    /// <summary>The provider's id token, encrypted: the hint that its sign-out asks for.</summary>
    public string? ProtectedIdToken { get; init; }

    public const int AgentLength = 200;
}

public enum SignInMethod
{
    Password,
    Passkey,
    Provider,
    SetUpLink,
    AccountLink,
}

internal sealed class SignInConfiguration : IEntityTypeConfiguration<SignIn>
{
    public void Configure(EntityTypeBuilder<SignIn> builder)
    {
        builder.ToTable("SignIns");
        builder.Property(signIn => signIn.Id).HasMaxLength(ShortId.Length);
        builder.Property(signIn => signIn.From).HasMaxLength(64);
        builder.Property(signIn => signIn.Agent).HasMaxLength(SignIn.AgentLength);
        builder.HasOne<User>().WithMany().HasForeignKey(signIn => signIn.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(signIn => signIn.ExpiresAt);
    }
}
