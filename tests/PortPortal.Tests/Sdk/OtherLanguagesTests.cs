using System.Net.Http.Json;
using System.Text.Json;
using PortPortal.Sdk;
using PortPortal.Tests.Api;

namespace PortPortal.Tests.Sdk;

/// <summary>The same errand of a sandbox client in JavaScript, as TypeScript compiles to, in Python, by plain requests and by our own client.</summary>
[Collection(PortalDefinition.Name)]
public sealed class OtherLanguagesTests(RunningPortal portal) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private EchoApp _app = null!;
    private string _session = "";

    public async Task InitializeAsync()
    {
        _app = await EchoApp.StartAsync(port: FreePort.Next());
        _session = (await portal.Process.Api.RegisterSessionAsync(new { address = "127.0.0.1" })).GetProperty("id").GetString()!;
        await portal.Process.Api.ExposeAsync(_session, _app.Port, "sso");
    }

    public async Task DisposeAsync()
    {
        await portal.Process.Api.TerminateAsync(_session);
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task S33_Errand_InEveryLanguage_ComesToTheSame()
    {
        var plain = await PlainAsync();

        Assert.Equal(
            new Errand($"{_app.Port}", $"https://{_app.Port}-{_session}.localhost:{portal.Process.Port}", _session, 200, 401, 403, "not_found", "invalid_port"),
            plain);
        Assert.Equal(plain, await OurClientAsync());
        Assert.Equal(plain, await ScriptAsync("node", "errand.mjs"));
        Assert.Equal(plain, await ScriptAsync("python3", "errand.py"));
    }

    private async Task<Errand> PlainAsync()
    {
        var api = portal.Process.Api;
        var ports = await api.SendAsync(HttpMethod.Get, $"/v1/sandboxes/{_session}/ports");
        var minted = await api.SendAsync(HttpMethod.Post, $"/v1/sandboxes/{_session}/preview-token", new { port = _app.Port, ttl_seconds = 600 });
        var url = new Uri(minted.GetProperty("url").GetString()!);
        var session = await api.SessionAsync(_session);
        var canonical = session.GetProperty("exposedPorts")[0].GetProperty("url").GetString()!.TrimEnd('/');
        return new(
            string.Join(',', ports.GetProperty("ports").EnumerateArray().Select(port => port.GetProperty("port").GetInt32())),
            canonical,
            minted.GetProperty("sandbox_id").GetString()!,
            await StatusAsync(url),
            await StatusAsync(new Uri(canonical)),
            await StatusAsync(Tampered(url)),
            await CodeAsync(HttpMethod.Get, "/v1/sandboxes/aaaaaaaaaaaa/ports", null),
            await CodeAsync(HttpMethod.Post, $"/v1/sandboxes/{_session}/preview-token", new { port = 70000, ttl_seconds = 600 }));
    }

    private async Task<Errand> OurClientAsync()
    {
        using var client = new PortPortalClient(portal.Process.Portal, PortalProcess.AdminApiKey, new() { AuthorityFile = portal.Process.AuthorityPath });
        var session = client.Session(_session);
        var minted = await session.SignedPreviewUrlAsync(_app.Port, TimeSpan.FromSeconds(600));
        var unknown = await Assert.ThrowsAsync<PortPortalException>(() => client.Session("aaaaaaaaaaaa").ListPortsAsync());
        var invalid = await Assert.ThrowsAsync<PortPortalException>(() => session.SignedPreviewUrlAsync(70000, TimeSpan.FromSeconds(600)));
        return new(
            string.Join(',', (await session.ListPortsAsync()).Select(port => port.Port)),
            session.PreviewUrl(_app.Port).ToString().TrimEnd('/'),
            minted.SandboxId,
            await StatusAsync(minted.Url),
            await StatusAsync(session.PreviewUrl(_app.Port)),
            await StatusAsync(Tampered(minted.Url)),
            unknown.Code,
            invalid.Code);
    }

    private async Task<Errand> ScriptAsync(string program, string script)
    {
        await using var child = ChildProcess.Start(
            program,
            [Repository.PathOf("tests", "node", script), portal.Process.Portal.ToString(), PortalProcess.AdminApiKey, portal.Process.AuthorityPath, _session, $"{_app.Port}"]);
        return JsonSerializer.Deserialize<Errand>(await child.LineAsync(line => line.StartsWith('{'), Patience), JsonSerializerOptions.Web)!;
    }

    private async Task<int> StatusAsync(Uri url)
    {
        using var client = portal.Process.Http.NewClient();
        using var answer = await client.GetAsync(url);
        return (int)answer.StatusCode;
    }

    private async Task<string> CodeAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await portal.Process.Api.Http.SendAsync(request);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("code").GetString()!;
    }

    /// <summary>The token with its last character exchanged.</summary>
    private static Uri Tampered(Uri url)
    {
        var token = url.Host.Split('.')[0];
        return new UriBuilder(url) { Host = $"{token[..^1]}{(token[^1] == 'a' ? 'b' : 'a')}{url.Host[token.Length..]}" }.Uri;
    }

    /// <summary>What one client got to know.</summary>
    /// <param name="Ports">The numbers of the sandbox's ports.</param>
    /// <param name="PreviewUrl">Where its port is open to who signs in.</param>
    /// <param name="Sandbox">Whom the signed URL is for.</param>
    /// <param name="Signed">The status behind the signed URL.</param>
    /// <param name="Unsigned">The status behind the other one.</param>
    /// <param name="TamperedWith">The status behind a signed URL that was changed.</param>
    /// <param name="Unknown">The code for a sandbox that is not there.</param>
    /// <param name="Invalid">The code for a port that is none.</param>
    private sealed record Errand(string Ports, string PreviewUrl, string Sandbox, int Signed, int Unsigned, int TamperedWith, string Unknown, string Invalid);
}
