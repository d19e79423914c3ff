using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using PortPortal.Engine.Forwarding;
using PortPortal.ForwarderHost;

namespace PortPortal.SystemTests.Forwarding;

/// <summary>A forwarder in a process of its own inside a network namespace.</summary>
public sealed class RemoteForwarder : IPortForwarder
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory;
    private readonly ChildProcess _process;
    private readonly NetworkStream _stream;
    private readonly StreamReader _reader;
    private readonly StreamWriter _writer;

    private RemoteForwarder(TempDirectory directory, ChildProcess process, Socket socket)
    {
        (_directory, _process, _stream) = (directory, process, new(socket, ownsSocket: true));
        (_reader, _writer) = (new(_stream), new(_stream) { AutoFlush = true });
    }

    /// <summary>Ask <see cref="DisturbancesAsync"/> instead.</summary>
    public event Action? Disturbed
    {
        add { }
        remove { }
    }

    public ForwarderStatus Status { get; private set; } = null!;

    public int ProcessId => _process.Id;

    /// <summary>How long the last call took inside the other process.</summary>
    public TimeSpan Took { get; private set; }

    /// <summary>How much processor time its process took for it.</summary>
    public TimeSpan TookCpu { get; private set; }

    /// <param name="wrapper">What to put before the program, such as <c>setpriv</c> to take a capability away.</param>
    public static async Task<RemoteForwarder> StartAsync(NetworkNamespace host, ForwardingDriver driver = ForwardingDriver.Auto, params string[] wrapper)
    {
        var directory = new TempDirectory();
        var path = directory.File("forwarder.sock");
        string[] command = [.. wrapper, "dotnet", Path.Combine(AppContext.BaseDirectory, "PortPortal.ForwarderHost.dll"), path, driver.ToString()];
        var process = host.Start(command[0], command[1..]);
        await process.LineAsync(line => line.StartsWith("ready", StringComparison.Ordinal), Patience);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        var forwarder = new RemoteForwarder(directory, process, socket);
        forwarder.Status = await forwarder.CallAsync<ForwarderStatus>(new(ForwarderCall.Status));
        return forwarder;
    }

    public Task<ForwardReport> ApplyAsync(ForwardPlan plan, CancellationToken cancellationToken) =>
        CallAsync<ForwardReport>(new(ForwarderCall.Apply) { Plan = [.. plan.Forwards.Select(PlanItem.Of)] });

    public Task<ForwardReport?> ChangeAsync(ForwardStep change, CancellationToken cancellationToken) =>
        CallAsync<ForwardReport?>(new(ForwarderCall.Change) { Plan = [.. change.Opened.Forwards.Select(PlanItem.Of)], Closed = [.. change.Closed] });

    public Task<ImmutableArray<ForwardDrift>> InspectAsync(CancellationToken cancellationToken) => CallAsync<ImmutableArray<ForwardDrift>>(new(ForwarderCall.Inspect));

    public Task<ImmutableArray<ForwardTraffic>> ReadTrafficAsync(CancellationToken cancellationToken) => CallAsync<ImmutableArray<ForwardTraffic>>(new(ForwarderCall.Traffic));

    public Task<bool> AdmitAsync(uint mark, IPAddress visitor, TimeSpan duration, CancellationToken cancellationToken) =>
        CallAsync<bool>(new(ForwarderCall.Admit) { Mark = mark, Visitor = visitor.ToString(), Seconds = duration.TotalSeconds });

    /// <summary>How often it said that someone else touched the table.</summary>
    public Task<int> DisturbancesAsync() => CallAsync<int>(new(ForwarderCall.Disturbances));

    /// <summary>The bytes its objects take, garbage not counted.</summary>
    public Task<long> MemoryAsync() => CallAsync<long>(new(ForwarderCall.Memory));

    /// <summary>Ends the process as a crash would.</summary>
    public async Task KillAsync()
    {
        await _process.KillAsync();
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        await _process.DisposeAsync();
        _directory.Dispose();
    }

    private async Task<T> CallAsync<T>(ForwarderRequest request)
    {
        await _writer.WriteLineAsync(JsonSerializer.Serialize(request));
        var line = await _reader.ReadLineAsync().WaitAsync(Patience) ?? throw new InvalidOperationException($"The forwarder ended: {_process.Output}");
        var answer = JsonSerializer.Deserialize<ForwarderAnswer>(line)!;
        (Took, TookCpu) = (TimeSpan.FromMilliseconds(answer.Milliseconds), TimeSpan.FromMilliseconds(answer.CpuMilliseconds));
        return JsonSerializer.Deserialize<T>(answer.Json)!;
    }
}
