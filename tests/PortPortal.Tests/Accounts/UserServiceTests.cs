using System.Web;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Accounts;

public sealed class UserServiceTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Invite_Person_TheirLinkSetsThePasswordOnce()
    {
        await using var host = await AccountsHost.StartAsync();
        var admin = await host.AddAsync("root", Role.Admin);
        var invitation = (await host.Users.InviteAsync(new("Otto", "otto@lark.test", Role.Viewer), host.ActorOf(admin), [], None)).Value!;
        var code = CodeOf(invitation.Link);

        var first = await host.Get<AccountLinks>().RedeemAsync(code, "a good long passphrase", "192.0.2.9", None);
        var second = await host.Get<AccountLinks>().RedeemAsync(code, "another long passphrase", "192.0.2.9", None);

        Assert.StartsWith("https://portal.fleet.test:8443/account/welcome?code=", invitation.Link.AbsoluteUri, StringComparison.Ordinal);
        Assert.True(first.Succeeded);
        Assert.Equal(403, second.Refusals[0].Status);
        Assert.True((await host.SignIns.SignInAsync("otto@lark.test", "a good long passphrase", AccountsHost.Desk, None)).Succeeded);
        Assert.Equal(Role.Viewer, host.Accounts.FindActor(invitation.Account.Id)?.Role);
    }

    [Fact]
    public async Task Invite_TakenAddress_IsRefused()
    {
        await using var host = await AccountsHost.StartAsync();
        var admin = await host.AddAsync("root", Role.Admin);

        var refused = await host.Users.InviteAsync(new("Root", "ROOT@lark.test", null), host.ActorOf(admin), [], None);

        Assert.Equal((409, RefusalCodes.NameInUse, "email"), (refused.Refusals[0].Status, refused.Refusals[0].Code, refused.Refusals[0].Field));
    }

    [Fact]
    public async Task Invite_EverythingWrong_ReportsEverything()
    {
        await using var host = await AccountsHost.StartAsync();
        var admin = await host.AddAsync("root", Role.Admin);

        var refused = await host.Users.InviteAsync(new("", "x", (Role)9), host.ActorOf(admin), [], None);

        Assert.Equal(["name", "email", "role"], refused.Refusals.Select(refusal => refusal.Field));
    }

    [Fact]
    public async Task Link_AfterItsLifetimeOrAReplacement_IsOver()
    {
        await using var host = await AccountsHost.StartAsync();
        var admin = await host.AddAsync("root", Role.Admin);
        var invitation = (await host.Users.InviteAsync(new("Otto", "otto@lark.test", null), host.ActorOf(admin), [], None)).Value!;
        var newer = (await host.Users.MakeLinkAsync(invitation.Account.Id, host.ActorOf(admin), None)).Value!;

        Assert.False((await host.Get<AccountLinks>().FindAsync(CodeOf(invitation.Link), null, None)).Succeeded);
        Assert.True((await host.Get<AccountLinks>().FindAsync(CodeOf(newer.Link), null, None)).Succeeded);

        host.Time.Advance(TimeSpan.FromDays(3));
        Assert.False((await host.Get<AccountLinks>().FindAsync(CodeOf(newer.Link), null, None)).Succeeded);
    }

    [Fact]
    public async Task Change_ByAMemberOrViewer_IsRefused()
    {
        await using var host = await AccountsHost.StartAsync();
        await host.AddAsync("root", Role.Admin);
        var otto = await host.AddAsync("otto", Role.Member);
        var actor = host.ActorOf(otto);

        var statuses = new[]
        {
            (await host.Users.ChangeAsync(otto.Id, new(Role: Role.Admin), actor, [], None)).Refusals[0].Status,
            (await host.Users.InviteAsync(new("A", "a@lark.test", null), actor, [], None)).Refusals[0].Status,
            (await host.Users.MakeLinkAsync(otto.Id, actor, None)).Refusals[0].Status,
        };

        Assert.All(statuses, status => Assert.Equal(403, status));
        Assert.Empty(host.Users.List(actor));
        Assert.Equal(Role.Member, host.ActorOf(otto).Role);
    }

    [Fact]
    public async Task Change_LastAdmin_StaysAdmin()
    {
        await using var host = await AccountsHost.StartAsync();
        var admin = await host.AddAsync("root", Role.Admin);

        Assert.Equal(409, (await host.Users.ChangeAsync(admin.Id, new(Role: Role.Member), host.ActorOf(admin), [], None)).Refusals[0].Status);
        Assert.Equal(409, (await host.Users.ChangeAsync(admin.Id, new(Disabled: true), host.ActorOf(admin), [], None)).Refusals[0].Status);
        Assert.True(host.ActorOf(admin).IsAdmin);
    }

    [Fact]
    public async Task Change_TwoAdminsDemoteEachOtherAtOnce_OneIsLeft()
    {
        await using var host = await AccountsHost.StartAsync();
        var (one, two) = (await host.AddAsync("one", Role.Admin), await host.AddAsync("two", Role.Admin));
        var (first, second) = (host.ActorOf(one), host.ActorOf(two));

        var outcomes = await Task.WhenAll(
            Task.Run(() => host.Users.ChangeAsync(two.Id, new(Role: Role.Member), first, [], None)),
            Task.Run(() => host.Users.ChangeAsync(one.Id, new(Role: Role.Member), second, [], None))).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Single(outcomes, outcome => outcome.Succeeded);
        Assert.Single(host.Accounts.Now.Users.Values, user => user.Role == Role.Admin);
    }

    [Fact]
    public async Task Disable_Account_EndsItsSignInsAndLinks()
    {
        await using var host = await AccountsHost.StartAsync();
        var admin = await host.AddAsync("root", Role.Admin);
        var otto = await host.AddAsync("otto", Role.Member);
        var signIn = await host.SignIns.StartAsync(otto.Id, otto.Name, SignInMethod.Password, AccountsHost.Desk, None);
        var link = (await host.Users.MakeLinkAsync(otto.Id, host.ActorOf(admin), None)).Value!;
        var raised = 0;
        host.Accounts.Changed += () => raised++;

        await host.Users.ChangeAsync(otto.Id, new(Disabled: true), host.ActorOf(admin), [], None);
        Assert.Null(host.Accounts.FindActor(otto.Id));
        Assert.Null(host.Accounts.FindActor(AccountClaims.SignedIn(signIn, null, "test")));
        Assert.Equal(1, raised);

        await host.Users.ChangeAsync(otto.Id, new(Disabled: false), host.ActorOf(admin), [], None);
        Assert.Null(host.Accounts.FindSignIn(signIn.Id));
        Assert.False((await host.Get<AccountLinks>().FindAsync(CodeOf(link.Link), null, None)).Succeeded);
        Assert.Equal(["user.disabled", "user.enabled"], (await host.AuditAsync()).Select(entry => entry.Action).Where(action => action.EndsWith("abled", StringComparison.Ordinal)));
    }

    private static string CodeOf(Uri link) => HttpUtility.ParseQueryString(link.Query)["code"]!;
}
