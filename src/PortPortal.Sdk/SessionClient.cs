using System.Globalization;
using System.Text.Json;

namespace PortPortal.Sdk;

/// <summary>What can be done with one session.</summary>
public sealed class SessionClient
{
    private readonly PortPortalClient _client;

    internal SessionClient(PortPortalClient client, string idOrName) => (_client, IdOrName) = (client, idOrName);

    /// <summary>As it was asked for.</summary>
    public string IdOrName { get; }

    private PortalCalls Calls => _client.Calls;

    private string Path => $"v1/sessions/{Uri.EscapeDataString(IdOrName)}";

    /// <summary>The session, with the PINs of its ports where the key's owner may change them.</summary>
    public Task<SessionInfo> GetAsync(CancellationToken cancellationToken = default) => Calls.GetAsync(Path, PortPortalJson.Default.SessionInfo, cancellationToken);

    /// <summary>Closes its ports until it resumes.</summary>
    public Task<SessionInfo> PauseAsync(CancellationToken cancellationToken = default) => Calls.PostAsync($"{Path}/pause", PortPortalJson.Default.SessionInfo, cancellationToken);

    /// <summary>Opens its ports again, at the same URLs.</summary>
    public Task<SessionInfo> ResumeAsync(CancellationToken cancellationToken = default) => Calls.PostAsync($"{Path}/resume", PortPortalJson.Default.SessionInfo, cancellationToken);

    /// <summary>Ends it for good, with its ports, links and forwards.</summary>
    public Task EndAsync(CancellationToken cancellationToken = default) => Calls.DeleteAsync(Path, cancellationToken);

    /// <summary>Waits until the session is in a state, by the status feed.</summary>
    /// <param name="state">One of <see cref="SessionStates"/>.</param>
    /// <param name="within">How long to wait.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="TimeoutException">It is in another state still.</exception>
    /// <exception cref="InvalidOperationException">It ended before.</exception>
    public async Task<SessionInfo> WaitUntilAsync(string state, TimeSpan within, CancellationToken cancellationToken = default)
    {
        var last = await GetAsync(cancellationToken);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(within);
        try
        {
            await using var messages = _client.WatchAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);
            while (last.State != state)
            {
                if (last.State == SessionStates.Terminated)
                {
                    throw new InvalidOperationException($"The session {IdOrName} has ended; it will not be {state} again.");
                }

                await messages.MoveNextAsync();
                last = messages.Current.Sessions.FirstOrDefault(session => session.Id == last.Id) ?? last;
            }

            return last;
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"After {within} the session {IdOrName} is {last.State}, not {state}.", late);
        }
    }

    /// <summary>Its ports: seen listening, exposed, or both, in order of number.</summary>
    public async Task<IReadOnlyList<PortInfo>> ListPortsAsync(CancellationToken cancellationToken = default)
    {
        // Sandbox services answer with the bare list, too.
        var answer = await Calls.GetAsync($"{Path}/ports", PortPortalJson.Default.JsonElement, cancellationToken);
        return answer.ValueKind == JsonValueKind.Array
            ? answer.Deserialize(PortPortalJson.Default.IReadOnlyListPortInfo)!
            : answer.Deserialize(PortPortalJson.Default.PortList)!.Ports;
    }

    /// <summary>Its open ports with their URLs.</summary>
    public async Task<IReadOnlyList<ExposedPortInfo>> ListExposedPortsAsync(CancellationToken cancellationToken = default) => (await GetAsync(cancellationToken)).ExposedPorts;

    /// <summary>Opens a port to visitors; once open, the same call answers the same URL.</summary>
    public Task<ExposedPortInfo> ExposeAsync(NewPort port, CancellationToken cancellationToken = default) =>
        Calls.SendAsync(HttpMethod.Post, $"{Path}/ports", port, PortPortalJson.Default.NewPort, PortPortalJson.Default.ExposedPortInfo, cancellationToken);

    /// <summary>Opens a port to people who sign in.</summary>
    public Task<ExposedPortInfo> ExposeAsync(int port, CancellationToken cancellationToken = default) => ExposeAsync(new NewPort { Port = port }, cancellationToken);

    /// <summary>Changes an open port; narrowing its access cuts whom it no longer admits.</summary>
    public Task<ExposedPortInfo> ChangePortAsync(int port, PortChange change, CancellationToken cancellationToken = default) =>
        Calls.SendAsync(HttpMethod.Patch, PathOf(port), change, PortPortalJson.Default.PortChange, PortPortalJson.Default.ExposedPortInfo, cancellationToken);

    /// <summary>Closes a port and cuts its connections; closing a closed one is no error.</summary>
    public Task ClosePortAsync(int port, CancellationToken cancellationToken = default) => Calls.DeleteAsync(PathOf(port), cancellationToken);

    /// <summary>Gives a port a new PIN and cuts whoever came in by the old one.</summary>
    public Task<ExposedPortInfo> RotatePinAsync(int port, CancellationToken cancellationToken = default) => Calls.PostAsync($"{PathOf(port)}/pin", PortPortalJson.Default.ExposedPortInfo, cancellationToken);

    /// <summary>Where a port is open, if it is: formatting alone, nothing is asked of the portal.</summary>
    public Uri PreviewUrl(int port) => PreviewName.UrlOf(IdOrName, port, _client.PreviewSuffix);

    /// <summary>The URL of every port that something listens on.</summary>
    public async Task<IReadOnlyDictionary<int, Uri>> PreviewUrlsAsync(CancellationToken cancellationToken = default) =>
        (await ListPortsAsync(cancellationToken)).Where(port => port.Listening != false).ToDictionary(port => port.Port, port => PreviewUrl(port.Port));

    /// <summary>A URL that admits by itself until it ends.</summary>
    /// <param name="port">The port in the session.</param>
    /// <param name="ttl">Up to 7 days; null = one hour.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<PreviewTokenInfo> SignedPreviewUrlAsync(int port, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        Calls.SendAsync(
            HttpMethod.Post,
            $"v1/sandboxes/{Uri.EscapeDataString(IdOrName)}/preview-token",
            new NewPreviewToken { Port = port, TtlSeconds = (int?)ttl?.TotalSeconds },
            PortPortalJson.Default.NewPreviewToken,
            PortPortalJson.Default.PreviewTokenInfo,
            cancellationToken);

    /// <summary>The preview links of one port, without their tokens.</summary>
    public Task<IReadOnlyList<PreviewLinkInfo>> ListPreviewLinksAsync(int port, CancellationToken cancellationToken = default) =>
        Calls.GetAsync($"{PathOf(port)}/preview-links", PortPortalJson.Default.IReadOnlyListPreviewLinkInfo, cancellationToken);

    /// <summary>Ends one preview link of a port, or all of them.</summary>
    /// <param name="port">The port in the session.</param>
    /// <param name="id">Null = all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task RevokePreviewLinksAsync(int port, string? id = null, CancellationToken cancellationToken = default) =>
        Calls.DeleteAsync(id is null ? $"{PathOf(port)}/preview-links" : $"{PathOf(port)}/preview-links/{Uri.EscapeDataString(id)}", cancellationToken);

    /// <summary>The share links of one port.</summary>
    public Task<IReadOnlyList<ShareLinkInfo>> ListShareLinksAsync(int port, CancellationToken cancellationToken = default) =>
        Calls.GetAsync($"{PathOf(port)}/share-links", PortPortalJson.Default.IReadOnlyListShareLinkInfo, cancellationToken);

    /// <summary>Mints a share link to one port.</summary>
    public Task<ShareLinkInfo> ShareAsync(int port, NewShareLink link, CancellationToken cancellationToken = default) =>
        Calls.SendAsync(HttpMethod.Post, $"{PathOf(port)}/share-links", link, PortPortalJson.Default.NewShareLink, PortPortalJson.Default.ShareLinkInfo, cancellationToken);

    /// <summary>Who is using a port now, the longest there first.</summary>
    public async Task<IReadOnlyList<ConnectionInfo>> ListVisitorsAsync(int port, CancellationToken cancellationToken = default) =>
        (await Calls.GetAsync($"{PathOf(port)}/connections", PortPortalJson.Default.ConnectionList, cancellationToken)).Connections;

    /// <summary>Cuts what a visitor has open.</summary>
    public Task DisconnectAsync(int port, string visitorId, CancellationToken cancellationToken = default) =>
        Calls.DeleteAsync($"{PathOf(port)}/connections/{Uri.EscapeDataString(visitorId)}", cancellationToken);

    /// <summary>Its port forwards, in the order in which they were opened.</summary>
    public Task<IReadOnlyList<PortForwardInfo>> ListPortForwardsAsync(CancellationToken cancellationToken = default) =>
        Calls.GetAsync($"{Path}/port-forwards", PortPortalJson.Default.IReadOnlyListPortForwardInfo, cancellationToken);

    /// <summary>Forwards a public TCP port of the session's node to a port of the session.</summary>
    public Task<PortForwardInfo> ForwardAsync(NewPortForward forward, CancellationToken cancellationToken = default) =>
        Calls.SendAsync(HttpMethod.Post, $"{Path}/port-forwards", forward, PortPortalJson.Default.NewPortForward, PortPortalJson.Default.PortForwardInfo, cancellationToken);

    /// <summary>Changes a port forward: its label, its end, or who may connect.</summary>
    public Task<PortForwardInfo> ChangeForwardAsync(string forwardId, ForwardChange change, CancellationToken cancellationToken = default) =>
        Calls.SendAsync(HttpMethod.Patch, $"{Path}/port-forwards/{Uri.EscapeDataString(forwardId)}", change, PortPortalJson.Default.ForwardChange, PortPortalJson.Default.PortForwardInfo, cancellationToken);

    /// <summary>Ends a port forward, with the connections through it.</summary>
    public Task CloseForwardAsync(string forwardId, CancellationToken cancellationToken = default) =>
        Calls.DeleteAsync($"{Path}/port-forwards/{Uri.EscapeDataString(forwardId)}", cancellationToken);

    private string PathOf(int port) => string.Create(CultureInfo.InvariantCulture, $"{Path}/ports/{port}");
}
