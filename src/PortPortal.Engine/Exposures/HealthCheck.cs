using System.Net.Security;
using System.Net.Sockets;

namespace PortPortal.Engine.Exposures;

/// <summary>Asks the app behind an exposure whether it answers, now.</summary>
/// <remarks>One HEAD of <c>/</c>, as an owner would try with curl; any answer in HTTP is an answer.</remarks>
internal sealed class HealthCheck(ExposureDials dials, HealthWatch watch, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.Zero,
#pragma warning disable CA5359 // As the edge does: the address was chosen by the session's owner, and certificates behind it are their own.
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
#pragma warning restore CA5359
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // each call brings its deadline
    };

    /// <returns>The app's status where it answered, and the whole ladder with that answer in it.</returns>
    public async Task<(int? Status, ExposureHealth Health)> CheckAsync(ExposureStatus exposure, CancellationToken cancellationToken)
    {
        if (exposure.State != ExposureState.Active)
        {
            return (null, watch.Look(exposure));
        }

        var (status, sign) = await AskAsync(exposure, cancellationToken);
        watch.Tell(exposure.Id, sign);
        return (status, watch.Look(exposure));
    }

    public void Dispose() => _http.Dispose();

    private async Task<(int? Status, HealthSign Sign)> AskAsync(ExposureStatus exposure, CancellationToken cancellationToken)
    {
        if (!dials.Permits(exposure.Target))
        {
            return (null, new(false, "The session's address may not be dialled."));
        }

        using var patience = new CancellationTokenSource(Patience, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var scheme = exposure.Protocol == UpstreamProtocol.Https ? "https" : "http";
        using var request = new HttpRequestMessage(HttpMethod.Head, $"{scheme}://{exposure.Target}/");
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            return ((int)response.StatusCode, new(true, $"The app answers with {(int)response.StatusCode}."));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, new(false, $"The app did not answer within {Patience.TotalSeconds:0} s."));
        }
        catch (HttpRequestException e)
        {
            return (null, new(false, e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
                ? $"Nothing listens on port {exposure.Port}."
                : "The connection failed, or what came back is not HTTP."));
        }
    }
}
