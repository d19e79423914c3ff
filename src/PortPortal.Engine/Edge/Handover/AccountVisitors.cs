using System.Security.Claims;
using PortPortal.Engine.Access;
using PortPortal.Engine.Accounts;

namespace PortPortal.Engine.Edge.Handover;

/// <summary>Visitors who have an account here.</summary>
internal sealed class AccountVisitors(AccountDirectory directory) : IVisitorAccounts
{
    public event Action? Changed
    {
        add => directory.Changed += value;
        remove => directory.Changed -= value;
    }

    public VisitorAccount? FindSignedIn(ClaimsPrincipal principal) =>
        principal.FindFirst(AccountClaims.SignInId) is { Value: var signInId } ? FindBySignIn(signInId) : null;

    public VisitorAccount? FindBySignIn(string signInId) =>
        directory.FindSignIn(signInId) is { } signIn && directory.FindAccount(signIn.UserId) is { } account
            ? new()
            {
                UserId = account.Id,
                SignInId = signIn.Id,
                Name = account.Name,
                VerifiedEmail = account.EmailVerified ? account.Email : null,
                Groups = [.. account.Groups],
            }
            : null;
}
