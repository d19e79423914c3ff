using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Logging.Abstractions;
using PortPortal.Auth;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Auth;

public sealed class CircuitAuthenticationTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Circuit_AccountDisabled_IsNobodyAtOnce()
    {
        await using var host = await PortalHost.StartAsync();
        var (root, mira) = (await host.AddAsync("root", Role.Admin), await host.AddAsync("mira", Role.Member));
        using var circuit = await OpenAsync(host, mira);
        var changed = Next(circuit);

        await host.Get<UserService>().ChangeAsync(mira.Id, new(Disabled: true), host.Accounts.FindActor(root.Id)!, [], None);

        Assert.False((await changed.WaitAsync(TimeSpan.FromSeconds(10))).User.Identity?.IsAuthenticated);
        Assert.Null(await new CurrentActor(circuit, host.Accounts).FindAsync());
    }

    [Fact]
    public async Task Circuit_RoleChanged_LooksAgainAndCommandsHaveTheNewRights()
    {
        await using var host = await PortalHost.StartAsync();
        var (root, mira) = (await host.AddAsync("root", Role.Admin), await host.AddAsync("mira", Role.Admin));
        using var circuit = await OpenAsync(host, mira);
        var who = new CurrentActor(circuit, host.Accounts);
        Assert.Equal(Role.Admin, (await who.FindAsync())?.Role);
        var changed = Next(circuit);

        await host.Get<UserService>().ChangeAsync(mira.Id, new(Role: Role.Viewer), host.Accounts.FindActor(root.Id)!, [], None);

        Assert.True((await changed.WaitAsync(TimeSpan.FromSeconds(10))).User.Identity?.IsAuthenticated);
        Assert.Equal(Role.Viewer, (await who.FindAsync())?.Role);
    }

    [Fact]
    public async Task Circuit_SignedOutEverywhere_IsNobodyAtOnce()
    {
        await using var host = await PortalHost.StartAsync();
        var mira = await host.AddAsync("mira", Role.Member);
        using var circuit = await OpenAsync(host, mira);
        var changed = Next(circuit);

        await host.Get<SignInService>().EndAllAsync(host.Accounts.FindActor(mira.Id)!, keep: null, None);

        Assert.False((await changed.WaitAsync(TimeSpan.FromSeconds(10))).User.Identity?.IsAuthenticated);
    }

    private static async Task<CircuitAuthentication> OpenAsync(PortalHost host, User user)
    {
        var signIn = await host.Get<SignInService>().StartAsync(user.Id, user.Name, SignInMethod.Password, new(null, null), None);
        var circuit = new CircuitAuthentication(NullLoggerFactory.Instance, host.Accounts);
        circuit.SetAuthenticationState(Task.FromResult(new AuthenticationState(AccountClaims.SignedIn(signIn, null, PortalCookie.Scheme))));
        return circuit;
    }

    private static Task<AuthenticationState> Next(CircuitAuthentication circuit)
    {
        var next = new TaskCompletionSource<AuthenticationState>(TaskCreationOptions.RunContinuationsAsynchronously);
        circuit.AuthenticationStateChanged += async state => next.TrySetResult(await state);
        return next.Task;
    }
}
