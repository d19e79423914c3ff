using System.Diagnostics;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Accounts;

public sealed class SignInServiceTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task SignIn_RightPassword_SignsInWhateverTheCaseOfTheAddress()
    {
        await using var host = await AccountsHost.StartAsync();
        var mira = await host.AddAsync("mira", Role.Member);

        var signedIn = await host.SignIns.SignInAsync(" Mira@LARK.test ", AccountsHost.Password, AccountsHost.Desk, None);

        Assert.True(signedIn.Succeeded);
        Assert.Equal(mira.Id, host.Accounts.FindSignIn(signedIn.Value.Id)?.UserId);
        Assert.Equal(host.Time.GetUtcNow(), host.Accounts.FindAccount(mira.Id)?.LastSignInAt);
        Assert.Contains(await host.AuditAsync(), entry => entry is { Action: "user.signed_in", From: "192.0.2.7" } && entry.ActorId == mira.Id);
    }

    [Fact]
    public async Task SignIn_WrongPasswordUnknownAddressDisabledAccount_GetOneAnswer()
    {
        await using var host = await AccountsHost.StartAsync();
        var admin = await host.AddAsync("mira", Role.Admin);
        var off = await host.AddAsync("otto", Role.Member);
        await host.Users.ChangeAsync(off.Id, new(Disabled: true), host.ActorOf(admin), [], None);

        var answers = new[]
        {
            await host.SignIns.SignInAsync("mira@lark.test", "wrong wrong wrong", AccountsHost.Desk, None),
            await host.SignIns.SignInAsync("nobody@lark.test", AccountsHost.Password, AccountsHost.Desk, None),
            await host.SignIns.SignInAsync("otto@lark.test", AccountsHost.Password, AccountsHost.Desk, None),
            await host.SignIns.SignInAsync(null, null, AccountsHost.Desk, None),
        };

        Assert.All(answers, answer => Assert.Equal(answers[0].Refusals, answer.Refusals));
        Assert.Equal(4, (await host.AuditAsync()).Count(entry => entry is { Action: "user.sign_in_refused", Result: AuditResult.Refused }));
    }

    [Fact]
    public async Task SignIn_UnknownAddress_TakesAsLongAsAWrongPassword()
    {
        await using var host = await AccountsHost.StartAsync();
        await host.AddAsync("mira", Role.Member);
        await host.SignIns.SignInAsync("warm@lark.test", "up up up up up", AccountsHost.Desk, None);

        var (known, unknown) = (double.MaxValue, double.MaxValue);
        for (var i = 0; i < 3; i++)
        {
            known = Math.Min(known, await TimeAsync(() => host.SignIns.SignInAsync("mira@lark.test", "wrong wrong wrong", AccountsHost.Desk, None)));
            unknown = Math.Min(unknown, await TimeAsync(() => host.SignIns.SignInAsync("nobody@lark.test", "wrong wrong wrong", AccountsHost.Desk, None)));
        }

        // The quickest of each: what else the machine does only ever adds.
        Assert.InRange(unknown / known, 0.4, 2.5);
    }

    [Fact]
    public void AddAccounts_PasswordHashing_IsAsSlowAsOwaspAsks()
    {
        using var services = new ServiceCollection().AddAccounts().BuildServiceProvider();

        Assert.InRange(services.GetRequiredService<IOptions<PasswordHasherOptions>>().Value.IterationCount, 210_000, int.MaxValue);
    }

    [Fact]
    public async Task SignIn_ElevenGuesses_LockTheAccountFromEverywhereAndForTheRightPasswordToo()
    {
        await using var host = await AccountsHost.StartAsync();
        await host.AddAsync("mira", Role.Member);
        await host.AddAsync("otto", Role.Member);

        for (var i = 0; i < SignInLimits.PerAccount; i++)
        {
            Assert.Equal(401, await GuessAsync(host, "mira@lark.test", $"198.51.100.{i}"));
        }

        var locked = await host.SignIns.SignInAsync("MIRA@lark.test", AccountsHost.Password, new("198.51.100.99", null), None);
        Assert.Equal((429, RefusalCodes.RateLimited, SignInLimits.Window), (locked.Refusals[0].Status, locked.Refusals[0].Code, locked.Refusals[0].RetryAfter));
        Assert.True((await host.SignIns.SignInAsync("otto@lark.test", AccountsHost.Password, AccountsHost.Desk, None)).Succeeded);

        host.Time.Advance(SignInLimits.Window);
        Assert.True((await host.SignIns.SignInAsync("mira@lark.test", AccountsHost.Password, AccountsHost.Desk, None)).Succeeded);
    }

    [Fact]
    public async Task SignIn_OneAddressTryingManyAccounts_IsLocked()
    {
        await using var host = await AccountsHost.StartAsync();
        await host.AddAsync("mira", Role.Member);

        for (var i = 0; i < SignInLimits.PerAddress; i++)
        {
            Assert.Equal(401, await GuessAsync(host, $"user{i}@lark.test", "2001:db8::1"));
        }

        Assert.Equal(429, await GuessAsync(host, "mira@lark.test", "2001:db8::ffff:1"));
        Assert.Equal(401, await GuessAsync(host, "mira@lark.test", "2001:db8:0:1::1"));
    }

    [Fact]
    public async Task SignIn_ManyParallelGuessesWithTheRightOneAmongThem_VerifiesAtMostTheLimit()
    {
        await using var host = await AccountsHost.StartAsync();
        await host.AddAsync("mira", Role.Member);

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Task.Run(() => GuessAsync(host, "mira@lark.test", $"198.51.100.{i}"))));

        Assert.Equal(SignInLimits.PerAccount, answers.Count(status => status == 401));
        Assert.Equal(50, answers.Count(status => status == 429));
    }

    [Fact]
    public async Task SignIn_AfterItsLifetime_IsOver()
    {
        await using var host = await AccountsHost.StartAsync();
        await host.AddAsync("mira", Role.Member);
        var signIn = (await host.SignIns.SignInAsync("mira@lark.test", AccountsHost.Password, AccountsHost.Desk, None)).Value!;

        host.Time.Advance(TimeSpan.FromDays(14) - TimeSpan.FromSeconds(1));
        Assert.NotNull(host.Accounts.FindSignIn(signIn.Id));

        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(host.Accounts.FindSignIn(signIn.Id));
    }

    [Fact]
    public async Task EndAll_KeepsTheOneThatAsks()
    {
        await using var host = await AccountsHost.StartAsync();
        var mira = await host.AddAsync("mira", Role.Member);
        var here = await host.SignIns.StartAsync(mira.Id, mira.Name, SignInMethod.Password, AccountsHost.Desk, None);
        var phone = await host.SignIns.StartAsync(mira.Id, mira.Name, SignInMethod.Password, AccountsHost.Desk, None);

        await host.SignIns.EndAllAsync(host.ActorOf(mira), keep: here.Id, None);

        Assert.NotNull(host.Accounts.FindSignIn(here.Id));
        Assert.Null(host.Accounts.FindSignIn(phone.Id));
    }

    [Fact]
    public async Task End_SomebodyElsesSignIn_ChangesNothing()
    {
        await using var host = await AccountsHost.StartAsync();
        var mira = await host.AddAsync("mira", Role.Member);
        var otto = await host.AddAsync("otto", Role.Member);
        var signIn = await host.SignIns.StartAsync(mira.Id, mira.Name, SignInMethod.Password, AccountsHost.Desk, None);

        await host.SignIns.EndAsync(signIn.Id, host.ActorOf(otto), None);

        Assert.NotNull(host.Accounts.FindSignIn(signIn.Id));
    }

    [Fact]
    public async Task ChangePassword_SignsEveryOtherBrowserOut()
    {
        await using var host = await AccountsHost.StartAsync();
        var mira = await host.AddAsync("mira", Role.Member);
        var here = await host.SignIns.StartAsync(mira.Id, mira.Name, SignInMethod.Password, AccountsHost.Desk, None);
        var thief = await host.SignIns.StartAsync(mira.Id, mira.Name, SignInMethod.Password, AccountsHost.Desk, None);

        var wrong = await host.Get<OwnAccount>().ChangePasswordAsync("wrong", "short", here.Id, host.ActorOf(mira), None);
        var changed = await host.Get<OwnAccount>().ChangePasswordAsync(AccountsHost.Password, "a wholly new passphrase", here.Id, host.ActorOf(mira), None);

        Assert.Equal(["current", "wanted"], wrong.Refusals.Select(refusal => refusal.Field));
        Assert.True(changed.Succeeded);
        Assert.NotNull(host.Accounts.FindSignIn(here.Id));
        Assert.Null(host.Accounts.FindSignIn(thief.Id));
        Assert.Equal(401, await GuessAsync(host, "mira@lark.test", "192.0.2.7", AccountsHost.Password));
        Assert.Equal(0, await GuessAsync(host, "mira@lark.test", "192.0.2.7", "a wholly new passphrase"));
    }

    /// <summary>The status of the refusal; 0 where there is none.</summary>
    private static async Task<int> GuessAsync(AccountsHost host, string email, string from, string password = "wrong wrong wrong")
    {
        var outcome = await host.SignIns.SignInAsync(email, password, new(from, null), None);
        return outcome.Succeeded ? 0 : outcome.Refusals[0].Status;
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        return watch.Elapsed.TotalMilliseconds;
    }
}
