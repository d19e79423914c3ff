using Microsoft.AspNetCore.Components.Authorization;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Auth;

/// <summary>Who sits before a page, in a circuit as in a plain request; ask anew for each command.</summary>
internal sealed class CurrentActor(AuthenticationStateProvider authentication, AccountDirectory directory)
{
    /// <summary>The actor with the rights of this moment; null where they were signed out meanwhile.</summary>
    public async Task<Actor?> FindAsync() => directory.FindActor((await authentication.GetAuthenticationStateAsync()).User);

    /// <summary>The account's name, address and groups; null for nobody.</summary>
    public async Task<Account?> FindAccountAsync() => directory.FindAccount((await authentication.GetAuthenticationStateAsync()).User);
}
