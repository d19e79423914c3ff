using System.Globalization;

namespace PortPortal.Tests.Cli;

/// <summary>A portal that the command starts by itself, on a machine that has none.</summary>
public sealed class ProxyCommandTests : IDisposable
{
    private readonly TempDirectory _home = new();
    private readonly int _port = FreePort.Next();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task M20_Proxy_StartedUsedAndStopped_DoesWhatThePageSays()
    {
        var started = await RunAsync("proxy", "start", "--port", Port);
        var again = await RunAsync("proxy", "start", "--port", Port);
        var elsewhere = await RunAsync("proxy", "start", "--port", "9000");
        var status = await RunAsync("proxy", "status");
        var list = await RunAsync("list");
        var stopped = await RunAsync("proxy", "stop");
        var after = await RunAsync("proxy", "stop");

        Assert.Equal((0, $"https://portal.localhost:{_port}/"), (started.ExitCode, started.Out.Trim()));
        Assert.Equal((1, $"It runs already, on port {_port}."), (again.ExitCode, again.Aside.Trim()));
        Assert.Contains("portportal proxy stop", elsewhere.Aside, StringComparison.Ordinal);
        Assert.Equal($"Routing Proxy\n=============\nStatus: running\nPort: {_port}\nCA: {_home.File(".portportal/ca/ca.crt")}\n", status.Out);
        Assert.Contains("this-machine", list.Out, StringComparison.Ordinal);
        Assert.Equal((0, "Stopped."), (stopped.ExitCode, stopped.Aside.Trim()));
        Assert.Equal(4, after.ExitCode);
    }

    [Fact]
    public async Task M24_Run_WhereNoProxyRuns_StartsOneAndStopsItAfterTheLast()
    {
        await File.WriteAllTextAsync(_home.File("moat.yaml"), """{ name: alone, ports: { web: 3000 }, command: ["sh", "-c", "echo $MOAT_URL_WEB"] }""");

        var run = await RunAsync("run", _home.Root);
        var stop = await RunAsync("proxy", "stop");

        Assert.Equal((0, $"http://web.alone.localhost:{_port}\n"), (run.ExitCode, run.Out));
        Assert.Equal(4, stop.ExitCode);
    }

    [Fact]
    public async Task M21_Proxy_OnAPortThatIsTaken_SaysSoAndWhatToDo()
    {
        await using var other = await EchoApp.StartAsync(port: _port);

        var started = await RunAsync("proxy", "start");

        Assert.Equal(1, started.ExitCode);
        Assert.Contains(Port, started.Aside, StringComparison.Ordinal);
        Assert.Contains("--port N", started.Aside, StringComparison.Ordinal);
    }

    private string Port => _port.ToString(CultureInfo.InvariantCulture);

    private Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.OfAsync(
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOME"] = _home.Root,
            ["MOAT_PROXY_PORT"] = Port,
            ["PORTPORTAL_SERVER"] = Repository.Program("PortPortal"),
            ["PORTPORTAL__Forwarding__Driver"] = "Relay",
        },
        input: null,
        arguments);
}
