using System.Text.Json;
using PortPortal.Tests.Sdk;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Cli;

/// <summary>What the command says, and ends with, when something is wrong.</summary>
[Collection(SdkPortalDefinition.Name)]
public sealed class CommandFailureTests(SdkPortal portal) : IDisposable
{
    private readonly CommandHome _home = new(portal);

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("a port is a whole number from 1 to 65535", "expose", "app:70000")]
    [InlineData("write my-app:3000", "expose", "app:web")]
    [InlineData("write my-app:3000", "expose", "app")]
    [InlineData("write my-app:3000", "close", ":3000")]
    [InlineData("'sso'", "expose", "app:3000", "--access", "friends")]
    [InlineData("--for takes a number and s, m, h or d", "expose", "app:3000", "--for", "soon")]
    [InlineData("--ttl takes a number and s, m, h or d", "share", "app:3000", "--ttl", "-1h")]
    [InlineData("port is a whole number from 1 to 65535", "preview-url", "app", "0")]
    [InlineData("--max-uses", "share", "app:3000", "--max-uses", "many")]
    [InlineData("Unrecognized command or argument 'fly'", "fly")]
    [InlineData("--ttl", "links", "extend", "abc")]
    [InlineData("Required", "stop")]
    public async Task Argument_ThatIsWrong_IsNamedWithItsValues(string words, params string[] arguments)
    {
        var run = await _home.RunAsync(arguments);

        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains(words, run.Aside, StringComparison.Ordinal);
        Assert.Contains("--help", run.Aside, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_OfThePortal_IsToldInItsWordsWithEveryFault()
    {
        var run = await _home.RunAsync("expose", "this-machine:22", "--name", "UPPER");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("SSH", run.Aside, StringComparison.Ordinal);
        Assert.Contains("name", run.Aside, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_ThatIsNotThere_EndsWithFour() => Assert.Equal(4, (await _home.RunAsync("list", "nobody-here")).ExitCode);

    [Fact]
    public async Task Key_ThatNobodyKnows_EndsWithThreeAndIsNotRepeated()
    {
        var run = await _home.RunAsAsync("pp_secretsecretsecretsecretsecretsecret1", "list");

        Assert.Equal((3, ""), (run.ExitCode, run.Out));
        Assert.Contains("portportal login", run.Aside, StringComparison.Ordinal);
        Assert.DoesNotContain("secretsecret", run.Aside, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Viewer_WhoWouldOpenAPort_EndsWithThree()
    {
        var key = (await portal.App.Api.SendAsync(HttpMethod.Post, "/v1/api-keys", new { name = "looks", role = "viewer" })).GetProperty("key").GetString()!;

        Assert.Equal(3, (await _home.RunAsAsync(key, "expose", "this-machine:3000")).ExitCode);
    }

    [Fact]
    public async Task Portal_ThatDoesNotAnswer_EndsWithFive()
    {
        var run = await _home.RunInAsync(new(StringComparer.Ordinal) { ["PORTPORTAL_URL"] = $"https://portal.localhost:{FreePort.Next()}", ["PORTPORTAL_API_KEY"] = PortalApp.AdminApiKey }, input: null, "list");

        Assert.Equal((5, ""), (run.ExitCode, run.Out));
        Assert.Contains("ConnectionRefused", run.Aside, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_ThatIsNotTrusted_EndsWithFiveAndSaysWhatToDo()
    {
        var run = await _home.RunInAsync(new(StringComparer.Ordinal) { ["PORTPORTAL_URL"] = portal.App.Portal.ToString(), ["PORTPORTAL_API_KEY"] = PortalApp.AdminApiKey }, input: null, "list");

        Assert.Equal(5, run.ExitCode);
        Assert.Contains("--ca FILE", run.Aside, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_WithTheKeyOnStandardInput_KeepsItForItsOwnerOnly()
    {
        var signedIn = await _home.RunInAsync(new(StringComparer.Ordinal), PortalApp.AdminApiKey + "\n", "login", portal.App.Portal.ToString(), "--ca", _home.AuthorityPath);
        var list = await _home.RunInAsync(new(StringComparer.Ordinal), input: null, "list", "--json");
        var elsewhere = await _home.RunInAsync(new(StringComparer.Ordinal) { ["PORTPORTAL_URL"] = "https://portal.example.invalid" }, input: null, "list");
        var signedOut = await _home.RunInAsync(new(StringComparer.Ordinal), input: null, "logout");

        Assert.Equal((0, 0, 0), (signedIn.ExitCode, list.ExitCode, signedOut.ExitCode));
        Assert.DoesNotContain(PortalApp.AdminApiKey, signedIn.Out + signedIn.Aside, StringComparison.Ordinal);
        // The kept key goes to no other portal.
        Assert.Equal(3, elsewhere.ExitCode);
        Assert.False(File.Exists(_home.LoginFile));
    }

    [Fact]
    public async Task Login_File_IsReadableByItsOwnerAlone()
    {
        await _home.RunInAsync(new(StringComparer.Ordinal), PortalApp.AdminApiKey, "login", portal.App.Portal.ToString(), "--ca", _home.AuthorityPath);

        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(_home.LoginFile) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Theory]
    [InlineData("not-a-key", 2)]
    [InlineData("", 2)]
    [InlineData("pp_unknownunknownunknownunknownunknown12", 3)]
    public async Task Login_WithAKeyThatDoesNotWork_KeepsNothing(string key, int exitCode)
    {
        var run = await _home.RunInAsync(new(StringComparer.Ordinal), key, "login", portal.App.Portal.ToString(), "--ca", _home.AuthorityPath);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.False(File.Exists(_home.LoginFile));
    }

    [Fact]
    public async Task M20_ProxyPort_OfTheEnvironment_IsWhereThePortalIsLookedFor()
    {
        foreach (var variable in (string[])["PORTPORTAL_PROXY_PORT", "MOAT_PROXY_PORT"])
        {
            var run = await _home.RunInAsync(new(StringComparer.Ordinal) { [variable] = $"{portal.App.Port}", ["PORTPORTAL_API_KEY"] = PortalApp.AdminApiKey, ["PORTPORTAL_CA_FILE"] = _home.AuthorityPath }, input: null, "proxy", "status");

            Assert.Contains($"Port: {portal.App.Port}", run.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Doctor_OfAWorkingPortal_IsContent()
    {
        var run = await _home.RunAsync("doctor", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.All(JsonElement.Parse(run.Out).EnumerateArray(), finding => Assert.True(finding.GetProperty("good").GetBoolean()));
    }

    [Fact]
    public async Task Doctor_OfAWrongKey_SaysSo()
    {
        var run = await _home.RunAsAsync("pp_unknownunknownunknownunknownunknown12", "doctor");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("BAD  key:", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task M11_Trust_Printed_NamesTheCommandsWithTheAuthority()
    {
        var run = await _home.RunAsync("trust", "--print");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"sudo cp {_home.AuthorityPath} /usr/local/share/ca-certificates/portportal.crt && sudo update-ca-certificates", run.Out, StringComparison.Ordinal);
        Assert.Contains("certutil -d sql:", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task M11_Trust_OfTheUsersBrowsers_IsInTheirStore()
    {
        var run = await _home.RunAsync("trust", "--user");

        Assert.Equal((0, "Chromium: trusted."), (run.ExitCode, run.Aside.Trim()));
    }
}
