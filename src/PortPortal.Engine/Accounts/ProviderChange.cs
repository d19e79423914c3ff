namespace PortPortal.Engine.Accounts;

/// <summary>The identity provider as an admin wants it; a member that configuration sets has to stay as it is.</summary>
public sealed record ProviderChange
{
    /// <summary>The issuer, exactly as its discovery document spells it.</summary>
    public required string Issuer { get; init; }

    public required string ClientId { get; init; }

    /// <summary>Null keeps the one there is, where the issuer stays; empty for a public client.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>Separated by spaces.</summary>
    public required string Scopes { get; init; }

    public required string GroupClaim { get; init; }

    /// <summary>Names in the group claim, separated by commas.</summary>
    public required string AdminGroups { get; init; }

    internal ProviderChange Trimmed() => this with
    {
        Issuer = Issuer.Trim(),
        ClientId = ClientId.Trim(),
        Scopes = string.Join(' ', Scopes.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)),
        GroupClaim = GroupClaim.Trim() is { Length: > 0 } claim ? claim : OidcOptions.DefaultGroupClaim,
        AdminGroups = string.Join(", ", AdminGroups.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
    };
}
