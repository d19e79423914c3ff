using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Common;
using PortPortal.Start;

namespace PortPortal.Tests.Support;

/// <summary>The whole program inside the test's process: every slice, the real listener on a free port, and a database of its own.</summary>
/// <remarks>Apps behind it are real, too: <see cref="EchoApp"/>.</remarks>
internal sealed class PortalApp : IAsyncDisposable
{
    public const string AdminApiKey = PortalProcess.AdminApiKey;
    private readonly TempDirectory _data;
    private readonly Func<WebApplication> _build;
    private WebApplication _app;

    private PortalApp(WebApplication app, Func<WebApplication> build, TempDirectory data, int port)
    {
        (_app, _build, _data, Port) = (app, build, data, port);
        Portal = Get<PublicAddress>().Portal;
        Http = new PortalHttp(port, AuthorityPath);
        Api = new PortalApi(Http.NewClient(), Portal, AdminApiKey);
    }

    public int Port { get; }

    public string AuthorityPath => _data.File("ca/ca.crt");

    public Uri Portal { get; }

    /// <summary>For visitors and strangers.</summary>
    public PortalHttp Http { get; }

    /// <summary>As an admin.</summary>
    public PortalApi Api { get; }

    public Uri SetUpLink => Get<Opening>().SetUpLink ?? throw new InvalidOperationException("There is an admin already.");

    public IServiceProvider Services => _app.Services;

    /// <param name="settings">As appsettings.json would hold them, such as <c>["Edge:KeepAliveTimeout"] = "00:00:05"</c>.</param>
    /// <param name="adapt">Changes at the boundary, such as a clock or a mail sender.</param>
    public static async Task<PortalApp> StartAsync(IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? adapt = null)
    {
        var (data, port) = (new TempDirectory(), FreePort.Next());
        string[] arguments = ["--port", port.ToString(CultureInfo.InvariantCulture), "--data", data.Root];
        WebApplication Build() => Program.Build(arguments, builder =>
        {
            builder.Logging.ClearProviders();
            // No test depends on the containers that happen to run on this machine.
            builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("Accounts:AdminApiKey", (string?)AdminApiKey), KeyValuePair.Create("Containers:Socket", (string?)"none"), KeyValuePair.Create("Forwarding:Driver", (string?)"Relay")]);
            builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>(StringComparer.Ordinal));
            adapt?.Invoke(builder.Services);
        });

        var app = Build();
        try
        {
            await app.StartAsync();
            return new(app, Build, data, port);
        }
        catch
        {
            await app.DisposeAsync();
            data.Dispose();
            throw;
        }
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Ends the program and starts it again on the same data and port.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        _app = _build();
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Api.Dispose();
        _data.Dispose();
    }

    private async Task StopAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await _app.StopAsync(now.Token);
        }
        catch (OperationCanceledException)
        {
            // Whoever is still connected is cut with it.
        }

        await _app.DisposeAsync();
    }
}
