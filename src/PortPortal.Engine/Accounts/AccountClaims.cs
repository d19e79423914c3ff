using System.Security.Claims;

namespace PortPortal.Engine.Accounts;

/// <summary>What a principal carries: which sign-in or key it is, and from where. Never a role: rights are looked up at each use.</summary>
internal static class AccountClaims
{
    /// <summary>The account; antiforgery tokens are bound to it.</summary>
    public const string UserId = "sub";

    public const string SignInId = "pp:sign-in";
    public const string ApiKeyId = "pp:key";
    public const string From = "pp:from";

    /// <summary>The account under which the key of the environment acts.</summary>
    public const string AdminKeyId = "admin-key";

    public static ClaimsPrincipal SignedIn(SignIn signIn, string? from, string scheme) =>
        Principal([new(UserId, signIn.UserId), new(SignInId, signIn.Id)], from, scheme);

    public static ClaimsPrincipal Key(string keyId, string? from, string scheme) => Principal([new(ApiKeyId, keyId)], from, scheme);

    private static ClaimsPrincipal Principal(List<Claim> claims, string? from, string scheme)
    {
        if (from is not null)
        {
            claims.Add(new(From, from));
        }

        return new(new ClaimsIdentity(claims, scheme, claims[0].Type, roleType: null));
    }
}
