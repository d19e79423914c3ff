using System.Net.Http.Json;
using System.Net.Sockets;
using PortPortal.Tests.Sessions.Containers;

namespace PortPortal.SystemTests.Sessions;

/// <summary>A real Podman with storage and network namespace of its own, and an image that holds busybox.</summary>
/// <remarks>Limits, runtime and cgroups are set so that it also runs without CAP_SYS_RESOURCE and with cgroups of the first kind.</remarks>
internal sealed class PodmanEngine : IContainerEngineUnderTest, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory = new();
    private readonly NetworkNamespace _network;
    private readonly HttpClient _http;
    private ChildProcess? _service;

    private PodmanEngine(NetworkNamespace network)
    {
        _network = network;
        Socket = _directory.File("podman.sock");
        _http = new(new SocketsHttpHandler { ConnectCallback = ConnectAsync }) { BaseAddress = new Uri("http://podman/"), Timeout = Patience };
    }

    public string Socket { get; }

    public string Image => "localhost/pp-busybox:1";

    public static async Task<PodmanEngine> StartAsync()
    {
        var engine = new PodmanEngine(await NetworkNamespace.CreateAsync());
        await File.WriteAllTextAsync(
            engine._directory.File("containers.conf"),
            """
            [containers]
            default_ulimits=["nofile=1024:4096","nproc=1024:4096"]
            pids_limit=0
            [engine]
            runtime="runc"
            cgroup_manager="cgroupfs"
            events_logger="file"
            """);
        await engine.ImportImageAsync();
        engine._service = ChildProcess.Start(
            "nsenter", [$"--net=/run/netns/{engine._network.Name}", "podman", .. engine.Folders(), "system", "service", "--time=0", $"unix://{engine.Socket}"], engine.Settings());
        await Eventually.TrueAsync(async () => File.Exists(engine.Socket) && await engine.AnswersAsync(), $"podman answers: {engine._service.Output}", Patience);
        return engine;
    }

    public async Task CreateAsync(string name, Dictionary<string, string> labels, bool start)
    {
        var limits = new[] { new { Name = "nofile", Soft = 1024, Hard = 4096 }, new { Name = "nproc", Soft = 1024, Hard = 4096 } };
        using var response = await _http.PostAsJsonAsync($"containers/create?name={name}", new { Image, Labels = labels, HostConfig = new { Ulimits = limits } });
        await SucceededAsync(response);
        if (start)
        {
            await ActAsync(name, "start");
        }
    }

    public async Task ActAsync(string name, string action)
    {
        using var response = await _http.PostAsync(new Uri($"containers/{name}/{action}", UriKind.Relative), content: null);
        await SucceededAsync(response);
    }

    public async Task RemoveAsync(string name)
    {
        using var response = await _http.DeleteAsync(new Uri($"containers/{name}?force=true", UriKind.Relative));
        await SucceededAsync(response);
    }

    public async ValueTask DisposeAsync()
    {
        await PodmanAsync("rm --all --force --time 0");
        _http.Dispose();
        if (_service is not null)
        {
            await _service.DisposeAsync();
        }

        await _network.DisposeAsync();
        _directory.Dispose();
    }

    private async Task ImportImageAsync()
    {
        var root = Directory.CreateDirectory(_directory.File("image")).FullName;
        // With the libraries it is linked with, where it is not the static one.
        await NetworkNamespace.ShellAsync(
            $"mkdir {root}/bin && cp $(command -v busybox) {root}/bin/busybox && for library in $(ldd {root}/bin/busybox 2>/dev/null | grep -o '/[^ ]*'); do cp -L --parents $library {root}; done; tar -C {root} -c . > {_directory.File("image.tar")}");
        await PodmanAsync($"import --change 'CMD=[\"/bin/busybox\",\"httpd\",\"-f\",\"-p\",\"3000\"]' {_directory.File("image.tar")} {Image}");
    }

    /// <summary>Podman in the engine's own namespaces; it needs to see cgroups, which <c>ip netns exec</c> hides.</summary>
    private Task<string> PodmanAsync(string arguments) => NetworkNamespace.ShellAsync(
        $"CONTAINERS_CONF={_directory.File("containers.conf")} exec nsenter --net=/run/netns/{_network.Name} podman {string.Join(' ', Folders())} {arguments}");

    private string[] Folders() => ["--root", _directory.File("storage"), "--runroot", _directory.File("run"), "--tmpdir", _directory.File("tmp")];

    private Dictionary<string, string?> Settings() => new(StringComparer.Ordinal) { ["CONTAINERS_CONF"] = _directory.File("containers.conf") };

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return await _http.GetStringAsync("_ping") == "OK";
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static async Task SucceededAsync(HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"Podman answers {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        }
    }
}
