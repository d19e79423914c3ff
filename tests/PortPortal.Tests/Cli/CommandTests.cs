using System.Text.Json;
using PortPortal.Tests.Sdk;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Cli;

/// <summary>The real command against the real program: what scripts read, what people read, and how it ends.</summary>
[Collection(SdkPortalDefinition.Name)]
public sealed class CommandTests(SdkPortal portal) : IDisposable
{
    private readonly CommandHome _home = new(portal);

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task M08_List_OfSessions_HasTheColumnsOfThePage()
    {
        await portal.App.Api.RegisterSessionAsync(new { name = "dark-mode", address = "127.0.3.1" });
        await portal.App.Api.RegisterSessionAsync(new { name = "checkout", address = "127.0.3.2" });
        await portal.App.Api.ExposeAsync("dark-mode", new { port = 3000, name = "web" });
        await portal.App.Api.ExposeAsync("dark-mode", new { port = 9229 });
        await portal.App.Api.ExposeAsync("checkout", new { port = 3000, name = "web" });

        var list = await _home.RunAsync("list");

        var lines = list.Golden.Split('\n');
        Assert.Equal(["NAME", "RUN ID", "STATE", "AGE", "ENDPOINTS"], lines[0].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Contains(lines, line => Squeezed(line) == "dark-mode|run_aaaaaaaaaaaa|running|1s ago|web, 9229");
        Assert.Contains(lines, line => Squeezed(line) == "checkout|run_aaaaaaaaaaaa|running|1s ago|web");
        Assert.Single(lines.Where(line => line.Contains("running", StringComparison.Ordinal)).Select(line => line.IndexOf("running", StringComparison.Ordinal)).Distinct());
    }

    [Fact]
    public async Task M08_List_AsJson_IsWhatTheApiAnswers()
    {
        await portal.App.Api.RegisterSessionAsync(new { name = "as-json", address = "127.0.3.3" });

        var list = await _home.RunAsync("list", "--json");

        Assert.Equal((0, ""), (list.ExitCode, list.Aside));
        Assert.Contains(JsonElement.Parse(list.Out).EnumerateArray(), session => session.GetProperty("name").GetString() == "as-json");
    }

    [Fact]
    public async Task List_OfOneSession_ShowsItsPorts()
    {
        await portal.App.Api.RegisterSessionAsync(new { name = "ported", address = "127.0.3.4" });
        await portal.App.Api.ExposeAsync("ported", new { port = 3000, label = "a shop", access = "public" });

        var list = await _home.RunAsync("list", "ported");

        Assert.Equal(["PORT", "STATE", "ACCESS", "LABEL", "URL"], list.Out.Split('\n')[0].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Matches("(?m)^3000 +[a-z]+ +public +a shop +https://3000-", list.Out);
    }

    [Fact]
    public async Task Expose_OfAPort_GivesTheUrlToScriptsAndThePinToPeople()
    {
        await portal.App.Api.RegisterSessionAsync(new { name = "opened", address = "127.0.3.5" });

        var exposed = await _home.RunAsync("expose", "opened:3000", "--access", "pin", "--name", "web", "--for", "2h");

        Assert.Equal((0, $"https://web.opened.localhost:{portal.App.Port}/"), (exposed.ExitCode, exposed.Out.Trim()));
        var port = (await portal.App.Api.SessionAsync("opened")).GetProperty("exposedPorts")[0];
        Assert.Contains($"pin     {port.GetProperty("pin").GetString()}", exposed.Aside, StringComparison.Ordinal);
        Assert.Equal(TimeProvider.System.GetUtcNow().AddHours(2), port.GetProperty("expiresAt").GetDateTimeOffset(), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Close_OfAPortByItsEndpoint_ClosesItAndRepeatingByNumberIsNoError()
    {
        await portal.App.Api.RegisterSessionAsync(new { name = "shut", address = "127.0.3.6" });
        await portal.App.Api.ExposeAsync("shut", new { port = 3000, name = "web" });

        var first = await _home.RunAsync("close", "shut:web");
        var second = await _home.RunAsync("close", "shut:3000");

        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.Empty((await portal.App.Api.SessionAsync("shut")).GetProperty("exposedPorts").EnumerateArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task M09_Stop_ByNameOrRunId_EndsTheSession(bool byRunId)
    {
        var name = byRunId ? "stopped-by-id" : "stopped-by-name";
        var id = (await portal.App.Api.RegisterSessionAsync(new { name, address = "127.0.3.7" })).GetProperty("id").GetString();

        var stopped = await _home.RunAsync("stop", byRunId ? $"run_{id}" : name);

        Assert.Equal((0, $"Stopped {name}."), (stopped.ExitCode, stopped.Aside.Trim()));
        Assert.DoesNotContain(name, (await _home.RunAsync("list")).Out, StringComparison.Ordinal);
        Assert.Contains(name, (await _home.RunAsync("list", "--all")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task M30_Open_WithPrint_OnlyPrintsTheUrl()
    {
        await portal.App.Api.RegisterSessionAsync(new { name = "browsed", address = "127.0.3.8" });
        await portal.App.Api.ExposeAsync("browsed", new { port = 3000, name = "web" });

        var opened = await _home.RunAsync("open", "browsed", "web", "--print");
        var theOnlyOne = await _home.RunAsync("open", "browsed", "--print");

        Assert.Equal((0, $"https://web.browsed.localhost:{portal.App.Port}/", ""), (opened.ExitCode, opened.Out.Trim(), opened.Aside));
        Assert.Equal(opened.Out, theOnlyOne.Out);
    }

    [Fact]
    public async Task M26_Open_OfAWrongName_NamesTheOnesThereAre()
    {
        await portal.App.Api.RegisterSessionAsync(new { name = "mistaken", address = "127.0.3.9" });
        await portal.App.Api.ExposeAsync("mistaken", new { port = 3000, name = "frontend" });
        await portal.App.Api.ExposeAsync("mistaken", new { port = 4000 });

        var endpoint = await _home.RunAsync("open", "mistaken", "web", "--print");
        var several = await _home.RunAsync("open", "mistaken", "--print");
        var session = await _home.RunAsync("open", "mistaek", "--print");

        Assert.Equal((4, "mistaken has no open endpoint “web”. It has: frontend, 4000."), (endpoint.ExitCode, endpoint.Aside.Trim()));
        Assert.Equal((2, "mistaken has several endpoints; name one of: frontend, 4000."), (several.ExitCode, several.Aside.Trim()));
        Assert.Equal(4, session.ExitCode);
        Assert.Contains("mistaken", session.Aside, StringComparison.Ordinal);
    }

    [Fact]
    public async Task M19_ProxyStatus_IsAsThePageShowsIt()
    {
        await portal.App.Api.RegisterSessionAsync(new { name = "status-one", address = "127.0.3.10" });
        await portal.App.Api.ExposeAsync("status-one", new { port = 3000, name = "web" });

        var status = await _home.RunAsync("proxy", "status");

        Assert.StartsWith($"Routing Proxy\n=============\nStatus: running\nPort: {portal.App.Port}\nCA: {portal.App.AuthorityPath}\n\nRegistered Agents:\n", status.Out, StringComparison.Ordinal);
        Assert.Contains(status.Out.Split('\n'), line => line.StartsWith("  status-one ", StringComparison.Ordinal) && line.EndsWith("   web:3000", StringComparison.Ordinal));
    }

    [Fact]
    public async Task R18_Watch_WhereThereIsNoTerminal_PrintsALineForEachPort()
    {
        await portal.App.Api.RegisterSessionAsync(new { name = "seen", address = "127.0.3.11" });
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["PORTPORTAL_URL"] = portal.App.Portal.ToString(),
            ["PORTPORTAL_API_KEY"] = PortalApp.AdminApiKey,
            ["PORTPORTAL_CA_FILE"] = portal.App.AuthorityPath,
        };
        await using var watch = ChildProcess.Start("dotnet", [Repository.Program("PortPortal.Cli"), "watch", "--json"], environment);
        await Eventually.TrueAsync(
            async () =>
            {
                await portal.App.Api.ExposeAsync("seen", 3000);
                await portal.App.Api.CloseAsync("seen", 3000);
                return watch.Output.Contains("port.closed", StringComparison.Ordinal);
            },
            "a closing is told",
            TimeSpan.FromSeconds(30));

        var first = JsonElement.Parse(await watch.LineAsync(line => line.Contains("\"port\":3000", StringComparison.Ordinal), TimeSpan.FromSeconds(10)));
        Assert.StartsWith("port.", first.GetProperty("event").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await watch.StopAsync(TimeSpan.FromSeconds(10)));
    }

    private static string Squeezed(string line) => string.Join('|', line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
