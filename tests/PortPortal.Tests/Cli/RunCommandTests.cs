using PortPortal.Tests.Sdk;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Cli;

/// <summary>A project that runs as a session, with the real command.</summary>
[Collection(SdkPortalDefinition.Name)]
public sealed class RunCommandTests(SdkPortal portal) : IDisposable
{
    private readonly CommandHome _home = new(portal);
    private readonly TempDirectory _folder = new();

    public void Dispose()
    {
        _home.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task M14_Run_OfAProject_TellsItsOwnEndpointsAndEndsWithItsExitCode()
    {
        await WriteAsync("""{ name: from-file, ports: { web: 3000, my-api: 8080 }, command: ["sh", "-c", "env | grep -E '^(PORTPORTAL|MOAT)_(URL|HOST)_' | sort; exit 7"] }""");

        var run = await _home.RunAsync("run", "--name", "from-option", _folder.Root);

        var port = portal.App.Port;
        Assert.Equal(7, run.ExitCode);
        Assert.Equal(
            [
                $"MOAT_HOST_MY_API=my-api.from-option.localhost:{port}",
                $"MOAT_HOST_WEB=web.from-option.localhost:{port}",
                $"MOAT_URL_MY_API=http://my-api.from-option.localhost:{port}",
                $"MOAT_URL_WEB=http://web.from-option.localhost:{port}",
                $"PORTPORTAL_URL_MY_API=https://my-api.from-option.localhost:{port}",
                $"PORTPORTAL_URL_WEB=https://web.from-option.localhost:{port}",
            ],
            run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain("from-option", (await _home.RunAsync("list")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task M07_Run_WithACommandBehindTheDashes_RunsThatInTheFolder()
    {
        await WriteAsync("""{ name: dashed, command: ["false"] }""");

        var run = await _home.RunAsync("run", _folder.Root, "--", "sh", "-c", "pwd; echo \"$1\"", "x", "--name");

        Assert.Equal((0, $"{_folder.Root}\n--name\n"), (run.ExitCode, run.Out));
    }

    [Fact]
    public async Task M17_Run_WithANameInUse_SaysSoAndWhatToDo()
    {
        await portal.App.Api.RegisterSessionAsync(new { name = "run-taken", address = "127.0.3.20" });

        var run = await _home.RunAsync("run", "--name", "run-taken", "--", "true");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Name already in use", run.Aside, StringComparison.Ordinal);
        Assert.Contains("portportal list", run.Aside, StringComparison.Ordinal);
    }

    [Fact]
    public async Task M10_Run_ThatIsStopped_EndsCommandAndSession()
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["PORTPORTAL_URL"] = portal.App.Portal.ToString(),
            ["PORTPORTAL_API_KEY"] = PortalApp.AdminApiKey,
            ["PORTPORTAL_CA_FILE"] = portal.App.AuthorityPath,
        };
        await using var run = ChildProcess.Start("dotnet", [Repository.Program("PortPortal.Cli"), "run", "--name", "stopped-run", "--", "sh", "-c", "echo started; exec sleep 300"], environment);
        await run.LineAsync(line => line == "started", TimeSpan.FromSeconds(30));
        Assert.Equal("running", (await portal.App.Api.SessionAsync("stopped-run")).GetProperty("state").GetString());

        await run.StopAsync(TimeSpan.FromSeconds(20));

        await Assert.ThrowsAsync<HttpRequestException>(() => portal.App.Api.SessionAsync("stopped-run"));
    }

    [Fact]
    public async Task M02_Endpoint_OfARunningProject_IsServedAtItsName()
    {
        var app = FreePort.Next();
        await WriteAsync($$"""{ name: served, ports: { web: {{app}} } }""");
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["PORTPORTAL_URL"] = portal.App.Portal.ToString(),
            ["PORTPORTAL_API_KEY"] = PortalApp.AdminApiKey,
            ["PORTPORTAL_CA_FILE"] = portal.App.AuthorityPath,
        };
        await using var run = ChildProcess.Start("dotnet", [Repository.Program("PortPortal.Cli"), "run", "--access", "public", _folder.Root, "--", "python3", "-m", "http.server", $"{app}", "--bind", "127.0.0.1"], environment);
        await run.LineAsync(line => line.Contains("served", StringComparison.Ordinal), TimeSpan.FromSeconds(30));
        using var visitor = portal.App.Http.NewClient();

        await Eventually.TrueAsync(
            async () =>
            {
                using var answer = await visitor.GetAsync(new Uri($"https://web.served.localhost:{portal.App.Port}/portportal.yaml"));
                return answer.IsSuccessStatusCode && (await answer.Content.ReadAsStringAsync()).Contains("served", StringComparison.Ordinal);
            },
            "the project's own file comes back through the edge",
            TimeSpan.FromSeconds(30));
        await run.StopAsync(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("There is nothing to run", "run")]
    [InlineData("There is no folder", "run", "/nowhere/at/all")]
    [InlineData("cannot be started", "run", "--", "no-such-program-anywhere")]
    [InlineData("'sso'", "run", "--access", "friends", "--", "true")]
    public async Task Run_OfNothing_IsWrongUse(string words, params string[] arguments)
    {
        var run = await _home.RunAsync(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(words, run.Aside, StringComparison.Ordinal);
    }

    private Task WriteAsync(string yaml) => File.WriteAllTextAsync(_folder.File("portportal.yaml"), yaml);
}
