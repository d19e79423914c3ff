namespace PortPortal.Tests.Start;

/// <summary>Runra's variable for where the world reaches a machine.</summary>
public sealed class ExternalUrlTests
{
    [Fact]
    public async Task P39_ExternalUrl_NamesTheMachineInTheAddressesOfHostPorts()
    {
        await using var app = await EchoApp.StartAsync();
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["WORKER_EXTERNAL_URL"] = "http://203.0.113.7/" };
        await using var portal = await PortalProcess.StartAsync(environment, "--Containers:Socket", "none");
        await portal.Api.RegisterSessionAsync(new { name = "shop", address = "127.0.0.1" });

        var forward = await portal.Api.SendAsync(HttpMethod.Post, "/v1/sessions/shop/port-forwards", new { guestPort = app.Port });

        // The address is the machine's, the number is drawn, and nobody is asked who they are: that is what a raw forward is.
        var port = forward.GetProperty("hostPort").GetInt32();
        Assert.Equal("203.0.113.7", forward.GetProperty("hostname").GetString());
        using var http = new HttpClient();
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    return (await http.GetAsync(new Uri($"http://127.0.0.1:{port}/users"))).IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "the host port answers");
    }
}
