using System.Diagnostics;

namespace PortPortal.SystemTests;

/// <summary>A network namespace of a test's own, with loopback up; gone with all that is in it when disposed.</summary>
public sealed class NetworkNamespace : IAsyncDisposable
{
    private NetworkNamespace(string name) => Name = name;

    public string Name { get; }

    public static async Task<NetworkNamespace> CreateAsync()
    {
        var created = new NetworkNamespace($"pp-test-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..6]}");
        await ShellAsync($"ip netns add {created.Name}");
        await created.RunAsync("ip link set lo up");
        return created;
    }

    /// <summary>Joins two namespaces by a pair of interfaces, each with an address such as <c>10.9.0.1/24</c>.</summary>
    public async Task JoinAsync(NetworkNamespace other, string address, string otherAddress)
    {
        var id = Guid.NewGuid().ToString("N")[..8];
        await ShellAsync($"ip link add a{id} netns {Name} type veth peer name b{id} netns {other.Name}");
        await RunAsync($"ip addr add {address} dev a{id} && ip link set a{id} up");
        await other.RunAsync($"ip addr add {otherAddress} dev b{id} && ip link set b{id} up");
    }

    /// <summary>Runs a shell line inside and returns what it printed.</summary>
    public Task<string> RunAsync(string line) => ShellAsync(line, "ip", "netns", "exec", Name);

    /// <summary>Starts a program inside that stays until it is disposed.</summary>
    public ChildProcess Start(string program, params string[] arguments) => ChildProcess.Start("ip", ["netns", "exec", Name, program, .. arguments]);

    /// <summary>Runs a shell line in the test's own namespace.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds its words.</exception>
    public static async Task<string> ShellAsync(string line, params string[] prefix)
    {
        string[] command = [.. prefix, "sh", "-c", line];
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"`{line}` ended with {process.ExitCode}: {await error}{await output}");
    }

    public async ValueTask DisposeAsync() => await ShellAsync($"ip netns del {Name}");
}
