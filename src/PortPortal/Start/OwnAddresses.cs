using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using PortPortal.Engine.Sessions;

namespace PortPortal.Start;

/// <summary>Tells the sessions where the server listens, so that nobody's session leads back into PortPortal.</summary>
internal sealed class OwnAddresses(IServer server, OwnListeners own, IHostApplicationLifetime lifetime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() =>
        {
            foreach (var listener in Bound())
            {
                own.Add(listener);
            }
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>By now with the ports the kernel chose where 0 was asked for.</summary>
    private IEnumerable<IPEndPoint> Bound() =>
        from text in server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []
        let address = Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : null
        where address is not null
        let ip = IPAddress.TryParse(address.DnsSafeHost, out var parsed) ? parsed : null
        where ip is not null
        select new IPEndPoint(ip, address.Port);
}
