using System.Text.Json;
using PortPortal.Tests.Forwarding.Contract;

namespace PortPortal.SystemTests.Forwarding;

/// <summary>The real program on the host of a lab, with its sessions in the guests; made by the first test that runs.</summary>
public sealed class PortalLab : IAsyncLifetime
{
    private ForwardingLab? _lab;
    private PortalProcess? _portal;

    public ForwardingLab Lab => _lab!;

    public PortalProcess Portal => _portal!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task StartAsync()
    {
        _lab ??= await ForwardingLab.CreateAsync();
        _portal ??= await StartPortalAsync("--Forwarding:Driver=Nftables");
    }

    /// <summary>Another program on the same host, with a database of its own.</summary>
    public Task<PortalProcess> StartPortalAsync(params string[] arguments) =>
        PortalProcess.StartInAsync(["ip", "netns", "exec", Lab.Host.Name], () => ForwardingLab.SocketIn(Lab.Host), arguments);

    /// <summary>A session at a guest's address, by its id.</summary>
    public async Task<string> SessionAsync(string address = ForwardingLab.GuestAddress) =>
        (await Portal.Api.RegisterSessionAsync(new { address })).GetProperty("id").GetString()!;

    public Task<JsonElement> OpenAsync(string session, int guestPort) => OpenAsync(session, new { guestPort });

    public async Task<JsonElement> OpenAsync(string session, object body) => await Portal.Api.SendAsync(HttpMethod.Post, $"/v1/sessions/{session}/port-forwards", body);

    /// <summary>A forward to an app of its own in a guest.</summary>
    public async Task<(NamedEcho App, JsonElement Forward)> OpenToAppAsync(string name, NetworkNamespace? where = null, string address = ForwardingLab.GuestAddress)
    {
        var app = Lab.StartApp(where ?? Lab.Guest, name, address, out var target);
        return (app, await OpenAsync(await SessionAsync(address), target.Port));
    }

    public Task CloseAsync(JsonElement forward) => Portal.Api.SendAsync(HttpMethod.Delete, $"/v1/sessions/{SessionOf(forward)}/port-forwards/{forward.GetProperty("id").GetString()}");

    public async Task<JsonElement> NodeAsync() => (await Portal.Api.SendAsync(HttpMethod.Get, "/v1/nodes"))[0];

    public Task<SocketFlow?> VisitAsync(JsonElement forward, string to = ForwardingLab.HostAddress) => ForwardingLab.DialAsync(Lab.Visitor, to, PortOf(forward));

    /// <summary>Which app a machine reaches at an address; null for none.</summary>
    public static async Task<string?> ReachAsync(NetworkNamespace from, string address, int port)
    {
        await using var flow = await ForwardingLab.DialAsync(from, address, port);
        return flow?.App;
    }

    public static int PortOf(JsonElement forward) => forward.GetProperty("hostPort").GetInt32();

    public static string SessionOf(JsonElement forward) => forward.GetProperty("sessionId").GetString()!;

    public async Task DisposeAsync()
    {
        if (_portal is not null)
        {
            await _portal.DisposeAsync();
        }

        if (_lab is not null)
        {
            await _lab.DisposeAsync();
        }
    }
}
