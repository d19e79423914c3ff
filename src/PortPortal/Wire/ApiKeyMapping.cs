using ApiKeyInfo = PortPortal.Engine.Accounts.ApiKeyInfo;
using KeyInfo = PortPortal.Sdk.ApiKeyInfo;

namespace PortPortal.Wire;

/// <summary>API keys, without their secrets.</summary>
internal static class ApiKeyMapping
{
    public static KeyInfo ToInfo(this ApiKeyInfo key) => new()
    {
        Id = key.Id,
        Name = key.Name,
        Role = WireWord.Of(key.Role),
        Owner = key.OwnerId,
        CreatedAt = key.CreatedAt,
        ExpiresAt = key.ExpiresAt,
        LastUsedAt = key.LastUsedAt,
    };
}
