using System.Runtime.CompilerServices;

namespace PortPortal.Sdk;

/// <summary>Speaks to one portal as the owner of one API key.</summary>
/// <remarks>Safe to use from many threads. Every call throws <see cref="PortPortalException"/> where the portal refuses, and <see cref="HttpRequestException"/> where it cannot be reached.</remarks>
public sealed class PortPortalClient : IDisposable
{
    private readonly HttpClient? _own;
    private readonly TimeProvider _time;

    /// <summary>With a connection of its own.</summary>
    /// <param name="url">The portal, such as <c>https://portal.fleet.example.com</c>.</param>
    /// <param name="apiKey">A key that begins with <c>pp_</c>.</param>
    /// <param name="options">Whom to trust, and where previews are.</param>
    /// <exception cref="ArgumentException">The address is not HTTPS: a key is not sent in clear, except to this machine.</exception>
    public PortPortalClient(Uri url, string apiKey, PortPortalClientOptions? options = null)
        : this(PortalConnection.NewClient(options ?? new()), url, apiKey, options) => _own = Calls.Http;

    /// <summary>With a client of the caller's own, who keeps it and disposes of it.</summary>
    /// <param name="http">Its default headers and base address are left alone and not used.</param>
    /// <param name="url">The portal, such as <c>https://portal.fleet.example.com</c>.</param>
    /// <param name="apiKey">A key that begins with <c>pp_</c>.</param>
    /// <param name="options">Where previews are; trust is the given client's business.</param>
    /// <exception cref="ArgumentException">The address is not HTTPS: a key is not sent in clear, except to this machine.</exception>
    public PortPortalClient(HttpClient http, Uri url, string apiKey, PortPortalClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(url);
        ArgumentException.ThrowIfNullOrWhiteSpace(apiKey);
        if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttps && !url.IsLoopback))
        {
            throw new ArgumentException("The portal's address begins with https://.", nameof(url));
        }

        Url = url;
        PreviewHost = options?.PreviewHost;
        _time = options?.TimeProvider ?? TimeProvider.System;
        Calls = new PortalCalls(http, url, apiKey);
    }

    /// <summary>The portal this client speaks to.</summary>
    public Uri Url { get; }

    /// <summary>Where previews are served, such as <c>preview.example.com</c> or <c>localhost:8443</c>; null = derived from <see cref="Url"/> by taking a leading <c>portal.</c> or <c>api.</c> away.</summary>
    public string? PreviewHost { get; set; }

    internal PortalCalls Calls { get; }

    internal string PreviewSuffix => PreviewHost ?? PreviewName.SuffixOf(Url);

    /// <summary>One session, by id or by name; nothing is asked of the portal yet.</summary>
    public SessionClient Session(string idOrName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(idOrName);
        return new(this, idOrName);
    }

    /// <summary>Registers a session, with the ports it declares.</summary>
    /// <exception cref="PortPortalException">409 <c>name_in_use</c>, or everything that is wrong with the request.</exception>
    public Task<SessionInfo> CreateSessionAsync(NewSession session, CancellationToken cancellationToken = default) =>
        Calls.SendAsync(HttpMethod.Post, "v1/sessions", session, PortPortalJson.Default.NewSession, PortPortalJson.Default.SessionInfo, cancellationToken);

    /// <summary>The sessions that the key's owner may see, oldest first.</summary>
    /// <param name="state">One of <see cref="SessionStates"/>; null = all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<IReadOnlyList<SessionInfo>> ListSessionsAsync(string? state = null, CancellationToken cancellationToken = default) =>
        Calls.GetAsync(state is null ? "v1/sessions" : $"v1/sessions?state={Uri.EscapeDataString(state)}", PortPortalJson.Default.IReadOnlyListSessionInfo, cancellationToken);

    /// <summary>Every share link that the key's owner may see.</summary>
    public Task<IReadOnlyList<ShareLinkInfo>> ListShareLinksAsync(CancellationToken cancellationToken = default) =>
        Calls.GetAsync("v1/share-links", PortPortalJson.Default.IReadOnlyListShareLinkInfo, cancellationToken);

    /// <summary>Gives a link a new end.</summary>
    public Task<ShareLinkInfo> ExtendShareLinkAsync(string id, DateTimeOffset expiresAt, CancellationToken cancellationToken = default) =>
        Calls.SendAsync(HttpMethod.Patch, Link(id), new ShareLinkChange { ExpiresAt = expiresAt }, PortPortalJson.Default.ShareLinkChange, PortPortalJson.Default.ShareLinkInfo, cancellationToken);

    /// <summary>Ends a link now, with everyone who came in by it.</summary>
    public Task RevokeShareLinkAsync(string id, CancellationToken cancellationToken = default) => Calls.DeleteAsync(Link(id), cancellationToken);

    /// <summary>The link's address as a QR code, SVG.</summary>
    public Task<string> ShareLinkQrSvgAsync(string id, CancellationToken cancellationToken = default) => Calls.GetTextAsync($"{Link(id)}/qr.svg", cancellationToken);

    /// <summary>The link's address as a QR code, PNG.</summary>
    public Task<byte[]> ShareLinkQrPngAsync(string id, CancellationToken cancellationToken = default) => Calls.GetBytesAsync($"{Link(id)}/qr.png", cancellationToken);

    /// <summary>The status feed: the whole picture first, then every change, for as long as it is read.</summary>
    /// <remarks>
    /// A cut connection is opened again after 0.25 s, later up to 10 s; what was missed is in the message that follows, the whole picture
    /// again with <see cref="StatusEvent.Reset"/> true. Only a first connection that fails, and a refusal, are thrown.
    /// </remarks>
    public IAsyncEnumerable<StatusEvent> WatchAsync(CancellationToken cancellationToken = default) => new StatusWatch(Calls, _time).ReadAsync(cancellationToken);

    /// <summary>The same feed as one event for each port that was opened or closed.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<PortEvent> WatchPortsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var ledger = new PortLedger(_time);
        await foreach (var message in WatchAsync(cancellationToken))
        {
            foreach (var happened in ledger.Take(message))
            {
                yield return happened;
            }
        }
    }

    /// <summary>Closes the client's own connection; a given one is left alone.</summary>
    public void Dispose() => _own?.Dispose();

    private static string Link(string id) => $"v1/share-links/{Uri.EscapeDataString(id)}";
}
