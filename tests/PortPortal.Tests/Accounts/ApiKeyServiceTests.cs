using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Tests.Accounts;

public sealed class ApiKeyServiceTests
{
    private const string AdminKey = "pp_an-admin-key-for-automation-0123456789";
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Create_Key_IsRecognisedAndActsAsItsOwner()
    {
        await using var host = await AccountsHost.StartAsync();
        var mira = await host.AddAsync("mira", Role.Member);

        var made = (await host.Keys.CreateAsync(new("ci", Role.Viewer, null), host.ActorOf(mira), [], None)).Value!;

        Assert.Equal(made.Info.Id, host.Keys.Recognise(made.Text));
        Assert.Equal((mira.Id, Role.Viewer), (ActorOf(host, made).Id, ActorOf(host, made).Role));
    }

    [Fact]
    public async Task Create_Key_StoresNoSecret()
    {
        await using var host = await AccountsHost.StartAsync();
        var mira = await host.AddAsync("mira", Role.Member);
        var made = (await host.Keys.CreateAsync(new("ci", null, null), host.ActorOf(mira), [], None)).Value!;
        var secret = made.Text.Split('_')[2];

        var stored = await host.Get<Database>().RunAsync(db => db.Set<ApiKey>().AsNoTracking().SingleAsync());

        Assert.Equal(32, stored.SecretHash.Length);
        Assert.DoesNotContain(secret[..8], stored.ToString(), StringComparison.Ordinal);
        Assert.All(await host.AuditAsync(), entry => Assert.DoesNotContain(secret[..8], entry.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Create_EverythingWrong_ReportsEverything()
    {
        await using var host = await AccountsHost.StartAsync();
        var mira = await host.AddAsync("mira", Role.Member);

        var refused = await host.Keys.CreateAsync(new("", Role.Admin, host.Time.GetUtcNow()), host.ActorOf(mira), [], None);

        Assert.Equal(["name", "role", "expiresAt"], refused.Refusals.Select(refusal => refusal.Field));
        Assert.Empty(host.Keys.List(host.ActorOf(mira)));
    }

    [Fact]
    public async Task Recognise_SecretOfAnotherKey_IsRefused()
    {
        await using var host = await AccountsHost.StartAsync();
        var mira = await host.AddAsync("mira", Role.Member);
        var one = (await host.Keys.CreateAsync(new("one", null, null), host.ActorOf(mira), [], None)).Value!;
        var (forged, _) = ApiKeyText.New(one.Info.Id);

        Assert.Null(host.Keys.Recognise(forged));
        Assert.Null(host.Keys.Recognise(ApiKeyText.New(ShortId.New()).Text));
    }

    [Fact]
    public async Task Recognise_ExpiredKey_IsRefused()
    {
        await using var host = await AccountsHost.StartAsync();
        var mira = await host.AddAsync("mira", Role.Member);
        var made = (await host.Keys.CreateAsync(new("ci", null, host.Time.GetUtcNow().AddHours(1)), host.ActorOf(mira), [], None)).Value!;
        Assert.NotNull(host.Keys.Recognise(made.Text));

        host.Time.Advance(TimeSpan.FromHours(1));

        Assert.Null(host.Keys.Recognise(made.Text));
        Assert.Null(host.Accounts.FindActor(AccountClaims.Key(made.Info.Id, null, "test")));
    }

    [Fact]
    public async Task Revoke_Key_EndsItAtOnce()
    {
        await using var host = await AccountsHost.StartAsync();
        var mira = await host.AddAsync("mira", Role.Member);
        var otto = await host.AddAsync("otto", Role.Member);
        var made = (await host.Keys.CreateAsync(new("ci", null, null), host.ActorOf(mira), [], None)).Value!;

        Assert.Equal(404, (await host.Keys.RevokeAsync(made.Info.Id, host.ActorOf(otto), None)).Refusals[0].Status);
        Assert.True((await host.Keys.RevokeAsync(made.Info.Id, host.ActorOf(mira), None)).Succeeded);

        Assert.Null(host.Keys.Recognise(made.Text));
        Assert.Contains(await host.AuditAsync(), entry => entry.Action == "key.revoked");
    }

    [Fact]
    public async Task FindActor_OwnerDemotedOrDisabled_KeyLosesTheRightsAtOnce()
    {
        await using var host = await AccountsHost.StartAsync();
        var admin = await host.AddAsync("root", Role.Admin);
        var mira = await host.AddAsync("mira", Role.Admin);
        var made = (await host.Keys.CreateAsync(new("ci", Role.Admin, null), host.ActorOf(mira), [], None)).Value!;

        await host.Users.ChangeAsync(mira.Id, new(Role: Role.Viewer), host.ActorOf(admin), [], None);
        Assert.Equal(Role.Viewer, ActorOf(host, made).Role);

        await host.Users.ChangeAsync(mira.Id, new(Disabled: true), host.ActorOf(admin), [], None);
        Assert.Null(host.Accounts.FindActor(AccountClaims.Key(made.Info.Id, null, "test")));
    }

    [Fact]
    public async Task List_Keys_ShowsOwnOnesAndAdminsAll()
    {
        await using var host = await AccountsHost.StartAsync();
        var admin = await host.AddAsync("root", Role.Admin);
        var mira = await host.AddAsync("mira", Role.Member);
        await host.Keys.CreateAsync(new("of mira", null, null), host.ActorOf(mira), [], None);
        await host.Keys.CreateAsync(new("of root", null, null), host.ActorOf(admin), [], None);

        Assert.Equal(["of mira"], host.Keys.List(host.ActorOf(mira)).Select(key => key.Name));
        Assert.Equal(2, host.Keys.List(host.ActorOf(admin)).Count);
    }

    [Fact]
    public async Task Use_OfAKey_IsWrittenOnceAMinute()
    {
        await using var host = await AccountsHost.StartAsync();
        var mira = await host.AddAsync("mira", Role.Member);
        var made = (await host.Keys.CreateAsync(new("ci", null, null), host.ActorOf(mira), [], None)).Value!;
        host.Keys.Recognise(made.Text);
        Assert.Equal(host.Time.GetUtcNow(), host.Keys.List(host.ActorOf(mira))[0].LastUsedAt);

        await host.Get<ApiKeyUse>().WriteAsync(None);

        var stored = await host.Get<Database>().RunAsync(db => db.Set<ApiKey>().AsNoTracking().SingleAsync());
        Assert.Equal(host.Time.GetUtcNow(), stored.LastUsedAt);
    }

    [Fact]
    public async Task AdminKey_OfTheEnvironment_ActsAsAnAdmin()
    {
        await using var host = await AccountsHost.StartAsync(AdminKey);

        Assert.Equal(AccountClaims.AdminKeyId, host.Keys.Recognise(AdminKey));
        Assert.Null(host.Keys.Recognise(AdminKey + "x"));
        Assert.True(host.Accounts.FindActor(AccountClaims.Key(AccountClaims.AdminKeyId, null, "test"))?.IsAdmin);
    }

    [Fact]
    public async Task AdminKey_NotConfigured_IsNobody()
    {
        await using var host = await AccountsHost.StartAsync();

        Assert.Null(host.Keys.Recognise(""));
        Assert.Null(host.Accounts.FindActor(AccountClaims.Key(AccountClaims.AdminKeyId, null, "test")));
    }

    private static Actor ActorOf(AccountsHost host, NewApiKey key) => host.Accounts.FindActor(AccountClaims.Key(key.Info.Id, null, "test"))!;
}
