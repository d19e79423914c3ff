using System.Text.Json;
using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests.Gates;

/// <summary>A portal with a real identity provider, a real mail server and a real app behind it, and a real browser before it.</summary>
public sealed class GateFixture : IAsyncLifetime
{
    private TrustingBrowser? _browser;

    public PortalProcess Portal { get; private set; } = null!;

    public OidcServer Provider { get; private set; } = null!;

    public MailServer Mail { get; private set; } = null!;

    public EchoApp App { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var issuer = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        App = await EchoApp.StartAsync();
        Mail = await MailServer.StartAsync();
        Portal = await PortalProcess.StartAsync(Mail.Trust, [.. Mail.Settings, .. OidcServer.SettingsFor(issuer)]);
        Provider = await OidcServer.StartAsync(issuer, Portal.Portal);
        _browser = await TrustingBrowser.StartAsync(Portal.AuthorityPath);
    }

    public async Task DisposeAsync()
    {
        foreach (var part in new IAsyncDisposable?[] { _browser, Provider, Portal, Mail, App })
        {
            await (part?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    /// <summary>A page of somebody who has never been here.</summary>
    public async Task<PageUnderTest> NewPageAsync(View view)
    {
        var options = view.ToOptions();
        options.BaseURL = Portal.Portal.ToString();
        var context = await _browser!.Chromium.NewContextAsync(options);
        context.SetDefaultTimeout(30_000);
        return new(await context.NewPageAsync(), view);
    }

    /// <summary>Exposes the app, or another port of this machine, as a port of a new session.</summary>
    public async Task<ExposedApp> ExposeAsync(string access, int? port = null, params string[] allowedEmails)
    {
        var session = (await Portal.Api.RegisterSessionAsync($"app-{Guid.NewGuid().ToString("N")[..8]}")).GetProperty("id").GetString()!;
        var exposed = await Portal.Api.ExposeAsync(session, new { port = port ?? App.Port, access, allowedEmails });
        return new(session, port ?? App.Port, new(exposed.GetProperty("url").GetString()!), exposed.TryGetProperty("pin", out var pin) && pin.ValueKind == JsonValueKind.String ? pin.GetString()! : "");
    }
}

/// <summary>A port behind a gate, as a test sees it.</summary>
public sealed record ExposedApp(string Session, int Port, Uri Url, string Pin);
