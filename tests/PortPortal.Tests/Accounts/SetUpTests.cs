using System.Web;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Accounts;

public sealed class SetUpTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Start_NoAdmin_GivesALinkWith130Bits()
    {
        await using var host = await AccountsHost.StartAsync();

        var link = await host.Get<SetUp>().StartAsync(AccountsHost.Address, None);

        Assert.StartsWith("https://portal.fleet.test:8443/set-up?code=", link?.AbsoluteUri, StringComparison.Ordinal);
        Assert.Matches("^[a-z2-7]{26}$", CodeOf(link!));
    }

    [Fact]
    public async Task Start_AnAdminExists_GivesNoLink()
    {
        await using var host = await AccountsHost.StartAsync();
        await host.AddAsync("mira", Role.Admin);

        Assert.Null(await host.Get<SetUp>().StartAsync(AccountsHost.Address, None));
        Assert.False(host.Get<SetUp>().IsOpen);
    }

    [Fact]
    public async Task CreateAdmin_RightCode_CreatesOneAdminAndClosesSetUp()
    {
        await using var host = await AccountsHost.StartAsync();
        var setUp = host.Get<SetUp>();
        var code = CodeOf((await setUp.StartAsync(AccountsHost.Address, None))!);

        var created = await setUp.CreateAdminAsync(Request(code), "192.0.2.7", None);

        Assert.True(created.Succeeded);
        Assert.Equal(Role.Admin, host.Accounts.FindActor(created.Value.Id)?.Role);
        Assert.False(setUp.IsOpen);
        Assert.Equal(404, (await setUp.CreateAdminAsync(Request(code), "192.0.2.7", None)).Refusals[0].Status);
        Assert.Contains(await host.AuditAsync(), entry => entry is { Action: "setup.finished", From: "192.0.2.7" });
    }

    [Fact]
    public async Task CreateAdmin_CodeInCapitalsAndGroups_Works()
    {
        await using var host = await AccountsHost.StartAsync();
        var setUp = host.Get<SetUp>();
        var code = CodeOf((await setUp.StartAsync(AccountsHost.Address, None))!);

        Assert.Null(setUp.Check($" {code[..13].ToUpperInvariant()}-{code[13..]} ", "192.0.2.7"));
    }

    [Fact]
    public async Task CreateAdmin_TwentyAtOnce_OneBecomesAdmin()
    {
        await using var host = await AccountsHost.StartAsync();
        var setUp = host.Get<SetUp>();
        var code = CodeOf((await setUp.StartAsync(AccountsHost.Address, None))!);

        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            setUp.CreateAdminAsync(Request(code) with { Email = $"mira{i}@lark.test" }, $"192.0.2.{i}", None))).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Single(all, outcome => outcome.Succeeded);
        Assert.Single(host.Accounts.Now.Users);
    }

    [Fact]
    public async Task CreateAdmin_EverythingWrong_ReportsEverything()
    {
        await using var host = await AccountsHost.StartAsync();
        var setUp = host.Get<SetUp>();
        var code = CodeOf((await setUp.StartAsync(AccountsHost.Address, None))!);

        var created = await setUp.CreateAdminAsync(new() { Code = code, Name = " ", Email = "nobody", Password = "short" }, "192.0.2.7", None);

        Assert.Equal(["name", "email", "password"], created.Refusals.Select(refusal => refusal.Field));
        Assert.True(setUp.IsOpen);
    }

    [Fact]
    public async Task Check_WrongCodes_AreRefusedAndThenLocked()
    {
        await using var host = await AccountsHost.StartAsync();
        var setUp = host.Get<SetUp>();
        var code = CodeOf((await setUp.StartAsync(AccountsHost.Address, None))!);
        for (var i = 0; i < SignInLimits.PerAddress; i++)
        {
            Assert.Equal(403, setUp.Check("wrong", "192.0.2.7")?.Status);
        }

        Assert.Equal(429, setUp.Check(code, "192.0.2.7")?.Status);
        Assert.Null(setUp.Check(code, "192.0.2.8"));
    }

    [Fact]
    public async Task Start_Again_MakesTheOldCodeWorthless()
    {
        await using var host = await AccountsHost.StartAsync();
        var setUp = host.Get<SetUp>();
        var old = CodeOf((await setUp.StartAsync(AccountsHost.Address, None))!);

        await setUp.StartAsync(AccountsHost.Address, None);

        Assert.Equal(403, setUp.Check(old, "192.0.2.7")?.Status);
    }

    private static SetUpRequest Request(string code) => new() { Code = code, Name = "Mira Osei", Email = "mira@lark.test", Password = AccountsHost.Password };

    private static string CodeOf(Uri link) => HttpUtility.ParseQueryString(link.Query)["code"]!;
}
