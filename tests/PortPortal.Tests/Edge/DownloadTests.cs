using PortPortal.Tests.Support;

namespace PortPortal.Tests.Edge;

public sealed class DownloadTests
{
    // Sizes around what the edge reads at once; each has a last piece of another length.
    [Theory]
    [InlineData(5_000)]
    [InlineData(70_001)]
    [InlineData(5_000_000)]
    public async Task Download_OfAnySize_ArrivesWhole(int bytes)
    {
        await using var app = await EchoApp.StartAsync();
        await using var portal = await PortalApp.StartAsync();
        await portal.Api.RegisterSessionAsync("shop");
        var url = new Uri((await portal.Api.ExposeAsync("shop", app.Port)).GetProperty("url").GetString()!);
        using var visitor = portal.Http.NewClient();
        visitor.Timeout = TimeSpan.FromSeconds(10);

        for (var round = 0; round < 5; round++)
        {
            Assert.Equal(bytes, (await visitor.GetByteArrayAsync(new Uri(url, $"/bytes/{bytes}"))).Length);
        }
    }
}
