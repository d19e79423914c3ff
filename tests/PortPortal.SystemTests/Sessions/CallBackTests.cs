using System.Text.Json;

namespace PortPortal.SystemTests.Sessions;

/// <summary>A session in a network namespace of its own that calls itself by its public name.</summary>
public sealed class CallBackTests
{
    private const int Port = 8443;
    private const string Key = PortalProcess.AdminApiKey;
    private const string HostAddress = "10.77.5.1";
    private const string GuestAddress = "10.77.5.2";

    [SystemFact("curl", "busybox")]
    public async Task M14_M15_CallBackOverPlainHttp_IsServedToTheSession_AndToNobodyElse()
    {
        await using var host = await NetworkNamespace.CreateAsync();
        await using var guest = await NetworkNamespace.CreateAsync();
        await using var neighbour = await NetworkNamespace.CreateAsync();
        await host.JoinAsync(guest, $"{HostAddress}/24", $"{GuestAddress}/24");
        await host.JoinAsync(neighbour, "10.77.6.1/24", "10.77.6.2/24");
        using var files = new TempDirectory();
        await File.WriteAllTextAsync(files.File("index.html"), "the app itself");
        await using var app = guest.Start("busybox", "httpd", "-f", "-p", "3000", "-h", files.Root);
        using var data = new TempDirectory();
        await using var portal = host.Start(
            "env", $"PORTPORTAL_ADMIN_API_KEY={Key}", "dotnet", Repository.Program("PortPortal"), "--port", $"{Port}", "--bind", "any", "--data", data.Root, "--Containers:Socket=none", "--Forwarding:Driver=Relay");
        await portal.LineAsync(line => line.StartsWith("  Data ", StringComparison.Ordinal), TimeSpan.FromSeconds(120));
        var session = JsonElement.Parse(await host.RunAsync(
            $"curl -sSk --resolve portal.localhost:{Port}:127.0.0.1 -H 'Authorization: Bearer {Key}' -H 'Content-Type: application/json' -d '{{\"name\":\"self\",\"address\":\"{GuestAddress}\",\"network\":{{\"expose\":[{{\"port\":3000,\"name\":\"web\",\"access\":\"sso\"}}]}}}}' https://portal.localhost:{Port}/v1/sessions"));
        var url = $"http://web.self.localhost:{Port}/";
        Assert.Equal("running", session.GetProperty("state").GetString());

        var own = await guest.RunAsync($"curl -sS --resolve web.self.localhost:{Port}:{HostAddress} {url}");
        var foreign = await neighbour.RunAsync($"curl -sS -o /dev/null -w '%{{http_code}} %{{redirect_url}}' --resolve web.self.localhost:{Port}:10.77.6.1 {url}");
        var local = await host.RunAsync($"curl -sS -o /dev/null -w '%{{http_code}} %{{redirect_url}}' --resolve web.self.localhost:{Port}:{HostAddress} {url}");

        Assert.Equal("the app itself", own);
        Assert.Equal($"301 https://web.self.localhost:{Port}/", foreign);
        Assert.Equal($"301 https://web.self.localhost:{Port}/", local);
    }
}
