using System.Security.Claims;

namespace PortPortal.Engine.Accounts;

/// <summary>What a principal carries: which sign-in or key it is, and from where. Never a role: rights are looked up at each use.</summary>
internal static class AccountClaims
{
    public const string SignInId = "pp:sign-in";
    public const string ApiKeyId = "pp:key";
    public const string From = "pp:from";

    /// <summary>The account under which the key of the environment acts.</summary>
    public const string AdminKeyId = "admin-key";

    public static ClaimsPrincipal SignedIn(string signInId, string? from, string scheme) => Principal(SignInId, signInId, from, scheme);

    public static ClaimsPrincipal Key(string keyId, string? from, string scheme) => Principal(ApiKeyId, keyId, from, scheme);

    private static ClaimsPrincipal Principal(string type, string id, string? from, string scheme)
    {
        List<Claim> claims = [new(type, id)];
        if (from is not null)
        {
            claims.Add(new(From, from));
        }

        return new(new ClaimsIdentity(claims, scheme, type, roleType: null));
    }
}
