using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PortPortal.Tests.Sessions.Containers;

/// <summary>Answers on a Unix socket as Docker and Podman do, about containers that exist in memory only.</summary>
internal sealed class FakeContainerEngine : IContainerEngineUnderTest, IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, JsonObject> _containers = new(StringComparer.Ordinal); // by name, under _lock
    private readonly List<Channel<string>> _listeners = []; // under _lock
    private readonly List<(long Second, string Line)> _history = []; // under _lock
    private readonly WebApplication _app;
    private int _started;

    private FakeContainerEngine()
    {
        Socket = _directory.File("engine.sock");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(Socket));
        _app = builder.Build();
        _app.MapGet("/containers/json", List);
        _app.MapGet("/containers/{id}/json", Inspect);
        _app.MapGet("/events", EventsAsync);
    }

    public string Socket { get; }

    public string Image => "localhost/tiny:1";

    /// <summary>Set, inspecting that container answers 500, as Podman does for broken ones.</summary>
    public string? Broken { get; set; }

    /// <summary>The first process of everything that runs here.</summary>
    public int FirstProcess { get; set; } = int.MaxValue;

    public static async Task<FakeContainerEngine> StartAsync()
    {
        var engine = new FakeContainerEngine();
        await engine._app.StartAsync();
        return engine;
    }

    public async Task CreateAsync(string name, Dictionary<string, string> labels, bool start)
    {
        lock (_lock)
        {
            _containers[name] = new JsonObject
            {
                ["Id"] = Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(name)),
                ["Name"] = "/" + name,
                ["Created"] = "2026-11-22T05:21:33.577402004Z",
                ["State"] = new JsonObject { ["Status"] = "created", ["Pid"] = 0, ["StartedAt"] = "0001-01-01T00:00:00Z" },
                ["Config"] = JsonSerializer.SerializeToNode(new { Image, Labels = labels }),
                ["HostConfig"] = new JsonObject { ["NetworkMode"] = "bridge" },
                ["NetworkSettings"] = new JsonObject { ["Ports"] = new JsonObject(), ["Networks"] = new JsonObject { ["podman"] = new JsonObject { ["IPAddress"] = "" } } },
            };
        }

        Announce(name, "create");
        if (start)
        {
            await ActAsync(name, "start");
        }
    }

    public Task ActAsync(string name, string action)
    {
        action = action.Split('?')[0];
        lock (_lock)
        {
            var state = _containers[name]["State"]!;
            if (action == "start")
            {
                state["StartedAt"] = $"2026-11-22T05:21:{34 + _started++}.976278583Z";
            }

            state["Status"] = action switch { "pause" => "paused", "stop" => "exited", _ => "running" };
            state["Pid"] = action == "stop" ? 0 : FirstProcess;
            _containers[name]["NetworkSettings"]!["Networks"]!["podman"]!["IPAddress"] = action == "stop" ? "" : "10.88.0.3";
        }

        Announce(name, action == "stop" ? "die" : action);
        return Task.CompletedTask;
    }

    public Task RemoveAsync(string name)
    {
        var id = Id(name);
        lock (_lock)
        {
            _containers.Remove(name);
        }

        AnnounceId(id, "destroy");
        return Task.CompletedTask;
    }

    /// <summary>As when an engine is restarted: the streams of events end.</summary>
    public void EndEvents()
    {
        lock (_lock)
        {
            _listeners.ForEach(listener => listener.Writer.TryComplete());
        }
    }

    /// <summary>Changes a container without a word, as a lost event would.</summary>
    public void ChangeSilently(string name, string status)
    {
        lock (_lock)
        {
            _containers[name]["State"]!["Status"] = status;
        }
    }

    public void Announce(string name, string action) => AnnounceId(Id(name), action);

    public async ValueTask DisposeAsync()
    {
        EndEvents();
        await _app.DisposeAsync();
        _directory.Dispose();
    }

    private string Id(string name)
    {
        lock (_lock)
        {
            return (string)_containers[name]["Id"]!;
        }
    }

    private void AnnounceId(string id, string action)
    {
        var line = new JsonObject { ["status"] = action, ["id"] = id, ["Type"] = "container", ["Action"] = action, ["Actor"] = new JsonObject { ["ID"] = id } }.ToJsonString();
        lock (_lock)
        {
            _history.Add((TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), line));
            _listeners.ForEach(listener => listener.Writer.TryWrite(line));
        }
    }

    private IResult List()
    {
        lock (_lock)
        {
            return Results.Text(new JsonArray([.. _containers.Values.Select(container => new JsonObject { ["Id"] = (string)container["Id"]! })]).ToJsonString(), "application/json");
        }
    }

    private IResult Inspect(string id)
    {
        lock (_lock)
        {
            var container = _containers.Values.FirstOrDefault(candidate => (string)candidate["Id"]! == id);
            return container is null ? Results.NotFound(new { message = "no such container" })
                : (string)container["Name"]! == "/" + Broken ? Results.StatusCode(500)
                : Results.Text(container.ToJsonString(), "application/json");
        }
    }

    private async Task EventsAsync(HttpContext context, long since)
    {
        var events = Channel.CreateUnbounded<string>();
        lock (_lock)
        {
            _history.Where(past => past.Second >= since).ToList().ForEach(past => events.Writer.TryWrite(past.Line));
            _listeners.Add(events);
        }

        context.Response.ContentType = "application/json";
        await context.Response.Body.FlushAsync();
        await foreach (var line in events.Reader.ReadAllAsync(context.RequestAborted))
        {
            await context.Response.WriteAsync(line + "\n", context.RequestAborted);
            await context.Response.Body.FlushAsync();
        }
    }
}
