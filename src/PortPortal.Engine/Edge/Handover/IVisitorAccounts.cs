using System.Security.Claims;
using PortPortal.Engine.Access;

namespace PortPortal.Engine.Edge.Handover;

/// <summary>Who is behind a sign-in, as it is at this moment.</summary>
internal interface IVisitorAccounts
{
    /// <summary>Raised after any account or sign-in has changed.</summary>
    event Action? Changed;

    /// <summary>The account that <paramref name="principal"/> is signed in as; null for strangers and keys.</summary>
    VisitorAccount? FindSignedIn(ClaimsPrincipal principal);

    /// <summary>The account behind a sign-in, unless that has ended or the account is disabled.</summary>
    VisitorAccount? FindBySignIn(string signInId);
}
