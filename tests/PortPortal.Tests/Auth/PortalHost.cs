using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PortPortal.Auth;
using PortPortal.Components;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.TestSupport;

namespace PortPortal.Tests.Auth;

/// <summary>The portal's authentication in a real host over SQLite, with the product's own pages, reached as <c>https://portal.fleet.test:8443</c>.</summary>
internal sealed class PortalHost : IAsyncDisposable
{
    public const string Password = "correct horse battery staple";
    public const string AdminKey = "pp_an-admin-key-for-automation-0123456789";

    public static readonly PublicAddress Address = new("fleet.test", "portal.fleet.test", 8443);

    private readonly string _directory = Directory.CreateTempSubdirectory("pp-auth-").FullName;
    private readonly WebApplication _app;

    private PortalHost(Action<WebApplicationBuilder>? adapt, ManualTime time)
    {
        Time = time;
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.Configuration.AddInMemoryCollection([
            new(DataDirectory.Setting, _directory),
            new("Accounts:AdminApiKey", AdminKey),
        ]);
        ProviderFile.AddTo(builder.Configuration, _directory);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton(Address);
        builder.Services.AddData(builder.Configuration).AddAccounts().AddPortalAuthentication().AddPortal();
        builder.Services.Configure<PasswordHasherOptions>(hashing => hashing.IterationCount = 10_000);
        adapt?.Invoke(builder);
        _app = builder.Build();
        _app.Use((context, next) =>
        {
            context.Connection.RemoteIpAddress = IPAddress.Parse(context.Request.Headers["Test-From"].ToString() is { Length: > 0 } from ? from : "192.0.2.7");
            return next(context);
        });
        _app.UsePortalDefences();
        _app.UseAuthentication();
        _app.UseAuthorization();
        _app.UseAntiforgery();
        _app.MapSignIn();
        _app.MapGet("/whoami", (HttpContext context) => context.Actor().ToString());
        _app.MapPost("/admin-only", () => "done").RequireAuthorization(Policies.Admin);
        _app.MapGet("/v1/whoami", (HttpContext context) => context.Actor().ToString()).RequireAuthorization(Policies.Viewer);
        _app.MapPost("/v1/members", (HttpContext context) => context.Actor().ToString()).RequireAuthorization(Policies.Member);
        _app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
    }

    public ManualTime Time { get; }

    public Uri? SetUpLink { get; private set; }

    public AccountDirectory Accounts => Get<AccountDirectory>();

    public IServiceProvider Services => _app.Services;

    public static async Task<PortalHost> StartAsync(Action<WebApplicationBuilder>? adapt = null, ManualTime? time = null)
    {
        var host = new PortalHost(adapt, time ?? new());
        await host.Get<Database>().RunAsync(db => db.Database.EnsureCreatedAsync());
        host.SetUpLink = await host.Get<SetUp>().StartAsync(Address, CancellationToken.None);
        await host._app.StartAsync();
        return host;
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>A browser: keeps cookies, says where it comes from, does not follow redirects by itself.</summary>
    public Browser Browse(string from = "192.0.2.7") => new(_app.GetTestServer(), from);

    /// <summary>A script: no cookies, no browser's headers.</summary>
    public HttpClient Script(string? key = null)
    {
        var client = _app.GetTestServer().CreateClient();
        client.BaseAddress = Address.Portal;
        if (key is not null)
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        }

        return client;
    }

    /// <summary>An account that signs in with <see cref="Password"/>.</summary>
    public async Task<User> AddAsync(string name, Role role)
    {
        var user = User.Local(name, $"{name}@lark.test", role, Time.GetUtcNow());
        user.PasswordHash = await Get<Passwords>().HashAsync(Password, CancellationToken.None);
        await Get<Database>().RunAsync(db =>
        {
            db.Add(user);
            return db.SaveChangesAsync();
        });
        await Accounts.RefreshAsync();
        return user;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }
}
