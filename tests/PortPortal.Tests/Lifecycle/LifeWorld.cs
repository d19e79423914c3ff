using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Data;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Lifecycle;

/// <summary>The whole program at a clock that a test moves, with one app behind it.</summary>
internal sealed class LifeWorld : IAsyncDisposable
{
    private LifeWorld(PortalApp portal, EchoApp app, ManualTime time) => (Portal, App, Time) = (portal, app, time);

    public PortalApp Portal { get; }

    public EchoApp App { get; }

    public ManualTime Time { get; }

    public PortalApi Api => Portal.Api;

    public static async Task<LifeWorld> StartAsync(IReadOnlyDictionary<string, string?>? settings = null)
    {
        // As late as now, for certificates are judged by the system's clock.
        var time = new ManualTime(TimeProvider.System.GetUtcNow());
        var app = await EchoApp.StartAsync();
        return new(await PortalApp.StartAsync(settings, services => services.AddSingleton<TimeProvider>(time)), app, time);
    }

    /// <summary>A session at loopback whose app is exposed to everybody.</summary>
    public async Task<Uri> OpenAsync(string name, object? port = null)
    {
        await Api.RegisterSessionAsync(name);
        var exposed = await Api.ExposeAsync(name, port ?? new { port = App.Port, access = "public" });
        return new Uri(exposed.GetProperty("url").GetString()!);
    }

    /// <summary>What a script gets: the status, and the code where it was refused.</summary>
    public async Task<(HttpStatusCode Status, string? Code)> VisitAsync(Uri url)
    {
        using var client = Portal.Http.NewClient();
        using var response = await client.GetAsync(url);
        var isProblem = response.Content.Headers.ContentType?.MediaType == "application/problem+json";
        return (response.StatusCode, isProblem ? JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("code").GetString() : null);
    }

    public Task<List<AuditEntry>> AuditAsync(string action) =>
        Portal.Get<Database>().RunAsync(db => db.Set<AuditEntry>().Where(entry => entry.Action == action).OrderBy(entry => entry.Id).ToListAsync());

    public async ValueTask DisposeAsync()
    {
        await Portal.DisposeAsync();
        await App.DisposeAsync();
    }
}
