using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace PortPortal.Engine.Sessions.Containers;

/// <summary>Docker or Podman, asked over its Unix socket; it is only ever read.</summary>
/// <remarks>Paths carry no API version: engines refuse versions they consider too old, and what is read here has been the same for years.</remarks>
/// <exception cref="HttpRequestException">Every call: nobody answers at the socket, or not with what was asked for.</exception>
/// <exception cref="JsonException">Every call: the answer has another form.</exception>
internal sealed class ContainerEngine(string socketPath) : IDisposable
{
    private const string OfContainersAndNetworks = """{"type":["container","network"]}""";

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        ConnectCallback = (_, cancellationToken) => ConnectAsync(socketPath, cancellationToken),
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
    })
    {
        BaseAddress = new Uri("http://engine/"),
        Timeout = Timeout.InfiniteTimeSpan, // the stream of events has no end; callers bring their deadlines
        MaxResponseContentBufferSize = 64 * 1024 * 1024,
    };

    /// <summary>The ids of all containers, running or not.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        var listed = await _http.GetFromJsonAsync("containers/json?all=1", ContainerJsonContext.Default.ListListed, cancellationToken);
        return [.. listed?.Select(container => container.Id) ?? []];
    }

    /// <summary>Null where there is no such container any more.</summary>
    public async Task<ContainerSighting?> InspectAsync(string id, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri($"containers/{Uri.EscapeDataString(id)}/json", UriKind.Relative), cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        var inspected = await response.Content.ReadFromJsonAsync(ContainerJsonContext.Default.Inspected, cancellationToken);
        return inspected?.ToSighting();
    }

    /// <summary>The ids of containers to which something happened since then, until the engine ends the stream.</summary>
    public async IAsyncEnumerable<string> ChangedSinceAsync(DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"events?since={since.ToUnixTimeSeconds()}&filters={Uri.EscapeDataString(OfContainersAndNetworks)}");
        await using var stream = await _http.GetStreamAsync(new Uri(path, UriKind.Relative), cancellationToken);
        var events = JsonSerializer.DeserializeAsyncEnumerable(stream, ContainerJsonContext.Default.Event, topLevelValues: true, cancellationToken);
        await foreach (var happened in events)
        {
            if (happened?.Subject() is { } id)
            {
                yield return id;
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
