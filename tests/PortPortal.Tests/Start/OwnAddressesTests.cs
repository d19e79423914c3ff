using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Sessions;
using PortPortal.Start;

namespace PortPortal.Tests.Start;

public sealed class OwnAddressesTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("::1", "::1", true)]
    [InlineData("::", "127.0.0.1", true)]
    [InlineData("0.0.0.0", "127.0.0.2", true)]
    [InlineData("127.0.0.1", "127.0.0.2", false)]
    public async Task F1_ListenersOfTheServer_AreKnownAsPortPortals(string bound, string dialled, bool expected)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Parse(bound), port: 0));
        builder.Services.AddSingleton<OwnListeners>().AddHostedService<OwnAddresses>();
        await using var app = builder.Build();

        await app.StartAsync().WaitAsync(TimeSpan.FromSeconds(10));

        var url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Assert.Equal(expected, app.Services.GetRequiredService<OwnListeners>().Answer(new(IPAddress.Parse(dialled), url.Port)));
    }
}
