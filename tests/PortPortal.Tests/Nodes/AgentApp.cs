using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PortPortal.Engine.Agent;
using PortPortal.Start;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Nodes;

/// <summary>The program in the role of a node inside the test's process, without a tunnel: its stream carries everything.</summary>
internal sealed class AgentApp : IAsyncDisposable
{
    private readonly TempDirectory _data;
    private IHost _host;

    private AgentApp(TempDirectory data, IHost host) => (_data, _host) = (data, host);

    public string Id => _host.Services.GetRequiredService<NodeAgent>().Membership!.Id;

    public string Data => _data.Root;

    /// <summary>Announces a node at the portal, and starts it.</summary>
    public static async Task<AgentApp> JoinAsync(PortalApp portal, string name)
    {
        var created = await portal.Api.SendAsync(HttpMethod.Post, "/v1/nodes", new { name });
        return await StartAsync(portal, created.GetProperty("token").GetString()!);
    }

    /// <exception cref="InvalidDataException">It was not let in.</exception>
    public static Task<AgentApp> StartAsync(PortalApp portal, string token) => StartAsync(portal.Portal, token);

    /// <exception cref="InvalidDataException">It was not let in.</exception>
    public static async Task<AgentApp> StartAsync(Uri portal, string token)
    {
        var data = new TempDirectory();
        var host = Build(data, portal, token);
        try
        {
            await host.StartAsync();
            return new(data, host);
        }
        catch
        {
            host.Dispose();
            data.Dispose();
            throw;
        }
    }

    /// <summary>Ends and begins anew on the same data, with a token that is long used up.</summary>
    public async Task RestartAsync(PortalApp portal)
    {
        await StopAsync();
        _host = Build(_data, portal.Portal, "");
        await _host.StartAsync();
    }

    public async Task StopAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _data.Dispose();
    }

    private static IHost Build(TempDirectory data, Uri portal, string token) => NodeHost.Build(
        ["--role", "node", "--join", portal.AbsoluteUri, "--token", token, "--data", data.Root, "--Nodes:WireGuard", "Off", "--Forwarding:Driver", "Relay", "--Logging:LogLevel:Default", "Warning"]);
}
