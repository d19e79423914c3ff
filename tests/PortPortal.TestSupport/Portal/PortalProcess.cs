using System.Collections;
using System.Globalization;
using System.Net.Sockets;

namespace PortPortal.TestSupport;

/// <summary>The real built program in a process of its own, on a free port, with a data directory of its own.</summary>
public sealed class PortalProcess : IAsyncDisposable
{
    public const string AdminApiKey = "pp_testkeytestkeytestkeytestkeytestkeytest";
    private static readonly Dictionary<string, string?> NoEnvironment = new(StringComparer.Ordinal);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(120);
    private readonly TempDirectory _data;
    private readonly string _program;
    private readonly string[] _arguments;
    private readonly IReadOnlyDictionary<string, string?> _environment;
    private readonly string[] _wrapper;
    private readonly Func<Socket>? _newSocket;

    private PortalProcess(string program, int port, string[] arguments, IReadOnlyDictionary<string, string?> environment, string[] wrapper, Func<Socket>? newSocket)
    {
        _data = new TempDirectory();
        (_program, _arguments, _environment, _wrapper, _newSocket) = (program, arguments, environment, wrapper, newSocket);
        Port = port;
        Child = Launch();
    }

    public int Port { get; }

    public string DataDirectory => _data.Root;

    public ChildProcess Child { get; private set; }

    public Uri Portal { get; private set; } = null!;

    /// <summary>As the console shows it; null once there is an admin.</summary>
    public Uri? SetUpLink { get; private set; }

    public string AuthorityPath { get; private set; } = "";

    public PortalHttp Http { get; private set; } = null!;

    /// <summary>As an admin, by the key that the program was started with.</summary>
    public PortalApi Api { get; private set; } = null!;

    /// <param name="arguments">More of the command line, such as <c>--Edge:KeepAliveTimeout=00:00:05</c>.</param>
    public static Task<PortalProcess> StartAsync(params string[] arguments) => StartAsync(NoEnvironment, arguments);

    /// <param name="environment">Set for the program alone.</param>
    /// <param name="arguments">More of the command line.</param>
    public static Task<PortalProcess> StartAsync(IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        StartAsync(Repository.Program("PortPortal"), environment, [], null, arguments);

    /// <summary>The same in another network namespace.</summary>
    /// <param name="wrapper">What to put before the program, such as <c>ip netns exec x</c>.</param>
    /// <param name="newSocket">Sockets of that namespace.</param>
    public static Task<PortalProcess> StartInAsync(string[] wrapper, Func<Socket>? newSocket, params string[] arguments) =>
        StartAsync(Repository.Program("PortPortal"), NoEnvironment, wrapper, newSocket, arguments);

    /// <summary>The same out of another assembly that builds the whole program, and adds something to it.</summary>
    public static Task<PortalProcess> StartProgramAsync(string assembly) => StartAsync(assembly, NoEnvironment, [], null, []);

    private static async Task<PortalProcess> StartAsync(string program, IReadOnlyDictionary<string, string?> environment, string[] wrapper, Func<Socket>? newSocket, string[] arguments)
    {
        var portal = new PortalProcess(program, FreePort.Next(), arguments, environment, wrapper, newSocket);
        try
        {
            await portal.AwaitStartAsync();
            return portal;
        }
        catch
        {
            await portal.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it again on the same data, after it was stopped or killed.</summary>
    public async Task RestartAsync()
    {
        await Child.DisposeAsync();
        Child = Launch();
        await AwaitStartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Child.DisposeAsync();
        Api?.Dispose();
        _data.Dispose();
    }

    private ChildProcess Launch()
    {
        // Whoever runs the tests may use PortPortal too: none of its own settings may reach this one.
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => (string)entry.Key)
            .Where(name => name.StartsWith("PORTPORTAL_", StringComparison.Ordinal) || name.StartsWith("PANGOLIN_", StringComparison.Ordinal))
            .ToDictionary(name => name, _ => (string?)null, StringComparer.Ordinal);
        environment["PORTPORTAL_ADMIN_API_KEY"] = AdminApiKey;
        foreach (var (name, value) in _environment)
        {
            environment[name] = value;
        }

        // The kernel's tables are the machine's: tests at once would find one another in them.
        string[] always = [_program, "--port", Port.ToString(CultureInfo.InvariantCulture), "--data", _data.Root, "--Forwarding:Driver", "Relay"];
        string[] command = [.. _wrapper, "dotnet", .. always, .. _arguments];
        return ChildProcess.Start(command[0], command[1..], environment, workingDirectory: Repository.Root);
    }

    private async Task AwaitStartAsync()
    {
        await Child.LineAsync(line => line.StartsWith("  Data ", StringComparison.Ordinal), StartPatience);
        Portal = new Uri(Said("Portal")!);
        SetUpLink = Said("Set up") is { } link ? new Uri(link) : null;
        AuthorityPath = Said("Own CA") ?? "";
        Http = new PortalHttp(Port, AuthorityPath, _newSocket);
        Api?.Dispose();
        Api = new PortalApi(Http.NewClient(), Portal, AdminApiKey);
    }

    /// <summary>The value that the summary shows beside a word.</summary>
    private string? Said(string word) => Child.Output.Split('\n')
        .FirstOrDefault(line => line.StartsWith($"  {word} ", StringComparison.Ordinal))?[(word.Length + 2)..].Trim();
}
