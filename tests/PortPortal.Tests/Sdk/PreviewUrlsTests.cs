using PortPortal.Sdk;
using PortPortal.Tests.Api;

namespace PortPortal.Tests.Sdk;

/// <summary>The URLs of what listens on this machine; apps inside the portal's own process are not among them.</summary>
[Collection(PortalDefinition.Name)]
public sealed class PreviewUrlsTests(RunningPortal portal)
{
    [Fact]
    public async Task S16_PreviewUrls_OfThisMachine_HoldEveryListeningPortAndAreTrue()
    {
        await using var app = await EchoApp.StartAsync(port: FreePort.Next());
        using var client = new PortPortalClient(portal.Process.Portal, PortalProcess.AdminApiKey, new() { AuthorityFile = portal.Process.AuthorityPath });
        var machine = client.Session("this-machine");
        await Eventually.TrueAsync(async () => (await machine.PreviewUrlsAsync()).ContainsKey(app.Port), "the new listener has a URL");

        var exposed = await machine.ExposeAsync(app.Port);

        Assert.Equal(exposed.Url, (await machine.PreviewUrlsAsync())[app.Port]);
    }
}
