using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Auth;

/// <summary>Tells open circuits at once when their person is signed out, disabled or gets another role.</summary>
/// <remarks>Commands look their actor up anew whatever happens here; this makes the screen follow.</remarks>
internal sealed class CircuitAuthentication : RevalidatingServerAuthenticationStateProvider
{
    private static readonly AuthenticationState Nobody = new(new ClaimsPrincipal(new ClaimsIdentity()));
    private readonly AccountDirectory _directory;
    private Actor? _seen; // touched by Changed only, which is raised by one refresh at a time

    public CircuitAuthentication(ILoggerFactory loggers, AccountDirectory directory)
        : base(loggers)
    {
        _directory = directory;
        _directory.Changed += LookAgain;
    }

    /// <summary>Sign-ins also end by the clock, which announces nothing.</summary>
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(30);

    protected override Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        Task.FromResult(_directory.FindActor(authenticationState.User) is not null);

    protected override void Dispose(bool disposing)
    {
        _directory.Changed -= LookAgain;
        base.Dispose(disposing);
    }

    private void LookAgain() => _ = LookAgainAsync();

    private async Task LookAgainAsync()
    {
        AuthenticationState state;
        try
        {
            state = await GetAuthenticationStateAsync();
        }
        catch (InvalidOperationException)
        {
            return; // nothing was rendered yet, so there is no screen to correct
        }

        var actor = _directory.FindActor(state.User);
        if (state.User.Identity?.IsAuthenticated is not true || (actor is not null && actor == _seen))
        {
            return;
        }

        _seen = actor;
        SetAuthenticationState(Task.FromResult(actor is null ? Nobody : new(new ClaimsPrincipal(state.User.Identities))));
    }
}
