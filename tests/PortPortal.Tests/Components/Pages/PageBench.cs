using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PortPortal.Auth;
using PortPortal.Components.Kit;
using PortPortal.Components.Live;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Certificates;
using PortPortal.Engine.Common;
using PortPortal.Engine.Mail;
using PortPortal.Engine.Tunnels.Pangolin;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Components.Pages;

/// <summary>The portal's pages over a whole program in this process, as a reader of choice sees them.</summary>
internal sealed class PageBench : IAsyncDisposable
{
    private readonly PortalApp _app;
    private readonly IServiceScope _scope;
    private readonly Reader _reader = new();

    private PageBench(PortalApp app, BunitContext context, IServiceScope scope) => (_app, Context, _scope) = (app, context, scope);

    public BunitContext Context { get; }

    /// <summary>The program whose pages these are.</summary>
    public PortalApp App => _app;

    public PortalApi Api => _app.Api;

    public static async Task<PageBench> StartAsync(Role role = Role.Admin, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var app = await PortalApp.StartAsync(settings);
        var scope = app.Services.CreateScope();
        var context = new BunitContext();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddFallbackServiceProvider(scope.ServiceProvider);
        var bench = new PageBench(app, context, scope);
        await bench.ReadAsAsync(role);
        var who = new CurrentActor(bench._reader, app.Get<AccountDirectory>());
        context.Services.AddKit();
        context.Services.AddSingleton(who);
        context.Services.AddSingleton(_ => app.Get<CertificateAuthority>()); // asked for through the provider, which knows no fallback
        context.Services.AddSingleton(_ => app.Get<IOptions<MailOptions>>()); // the context has options of its own, which nobody set
        context.Services.AddSingleton(_ => app.Get<IOptionsMonitor<OidcOptions>>());
        context.Services.AddSingleton(_ => app.Get<IOptions<PangolinOptions>>());
        void AddActs<T>()
            where T : class => context.Services.AddScoped(services => ActivatorUtilities.CreateInstance<T>(scope.ServiceProvider, who, services.GetRequiredService<Toasts>()));
        AddActs<PortActs>();
        AddActs<SessionActs>();
        AddActs<VisitorActs>();
        AddActs<ForwardActs>();
        AddActs<NodeActs>();
        AddActs<ProviderActs>();
        AddActs<LinkActs>();
        AddActs<AllowListActs>();
        AddActs<AccessRequestActs>();
        context.SetRendererInfo(new RendererInfo("Server", isInteractive: true)); // last: it takes the first service out
        return bench;
    }

    public T Get<T>()
        where T : notnull => _app.Get<T>();

    /// <summary>From now on the page is read with a key of that role.</summary>
    public async Task ReadAsAsync(Role role)
    {
        var id = AccountClaims.AdminKeyId;
        if (role != Role.Admin)
        {
            var made = await Api.SendAsync(HttpMethod.Post, "/v1/api-keys", new { name = $"{role}", role = role.ToString().ToLowerInvariant() });
            id = made.GetProperty("id").GetString()!;
        }

        _reader.Principal = AccountClaims.Key(id, "192.0.2.7", "Test");
    }

    /// <summary>Opens a page at an address, so that what stands in it is read.</summary>
    public IRenderedComponent<T> Open<T>(string address)
        where T : IComponent
    {
        Context.Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Context.Render<T>();
    }

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        _scope.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class Reader : AuthenticationStateProvider
    {
        public ClaimsPrincipal Principal { get; set; } = new();

        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(Principal));
    }
}
