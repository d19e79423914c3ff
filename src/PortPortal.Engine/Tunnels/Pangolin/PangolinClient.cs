using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PortPortal.Engine.Tunnels.Pangolin;

/// <summary>Pangolin's Integration API, as far as it is needed: 1.9 and later; for a person's sign-in the dashboard's, which takes the same calls.</summary>
/// <remarks>
/// Bodies are strict there, so nothing is sent that a call does not name. Every call costs it a slow hash of the key, so they go one at a
/// time. What an answer holds is never trusted to be whole: rows are read tolerantly, and effects are read back.
/// </remarks>
internal sealed class PangolinClient : IDisposable
{
    private const int PageSize = 500;
    private const int MostPages = 200;
    private const int MaxAnswer = 32 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly HttpClient _http;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly string _org;
    private readonly bool _isPerson;

    public PangolinClient(PangolinOptions options, HttpMessageHandler? handler = null)
    {
        (_org, _isPerson) = (Uri.EscapeDataString(options.OrgId), options.IsPerson);
        handler ??= new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ConnectTimeout = Patience };
        _http = new(_isPerson ? new PangolinSession(options, handler) : handler)
        {
            BaseAddress = options.Api,
            Timeout = Patience,
            MaxResponseContentBufferSize = MaxAnswer,
            DefaultRequestHeaders = { Authorization = _isPerson ? null : new("Bearer", options.ApiKey) },
        };
    }

    /// <summary>The id of the verified domain.</summary>
    /// <exception cref="PangolinException">The organisation has none of that name.</exception>
    public async Task<string> DomainAsync(string baseDomain, CancellationToken cancellationToken)
    {
        var data = await CallAsync(HttpMethod.Get, $"org/{_org}/domains?limit=1000&offset=0", body: null, cancellationToken);
        var domain = data.GetProperty("domains").EnumerateArray().FirstOrDefault(row => string.Equals(PangolinResource.Text(row, "baseDomain"), baseDomain, StringComparison.OrdinalIgnoreCase));
        if (domain.ValueKind == JsonValueKind.Undefined)
        {
            throw new PangolinException($"the organisation has no domain {baseDomain} (PANGOLIN_BASE_DOMAIN)");
        }

        return PangolinResource.Flag(domain, "verified") == false
            ? throw new PangolinException($"its domain {baseDomain} is not verified yet")
            : PangolinResource.Text(domain, "domainId") ?? throw new PangolinException("its answer names no domain");
    }

    /// <summary>All resources of the organisation, page by page.</summary>
    public async Task<IReadOnlyList<PangolinResource>> ResourcesAsync(CancellationToken cancellationToken)
    {
        // Before 1.16 the pages were asked for by limit and offset; each version refuses the other's words.
        var byPage = true;
        var all = new Dictionary<int, PangolinResource>();
        for (var page = 0; page < MostPages; page++)
        {
            List<PangolinResource> rows;
            try
            {
                rows = await PageAsync(byPage, page, cancellationToken);
            }
            catch (PangolinException exception) when (exception.Status == 400 && byPage && page == 0)
            {
                byPage = false;
                rows = await PageAsync(byPage, page, cancellationToken);
            }

            var known = all.Count;
            rows.ForEach(row => all[row.Id] = row);
            if (rows.Count < PageSize || all.Count == known)
            {
                return [.. all.Values];
            }
        }

        throw new PangolinException("its list of resources has no end");
    }

    public async Task<PangolinResource> GetAsync(int id, CancellationToken cancellationToken) =>
        PangolinResource.Read(await CallAsync(HttpMethod.Get, $"resource/{id}", body: null, cancellationToken));

    public async Task<PangolinResource> CreateAsync(string name, string subdomain, string domainId, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["name"] = name, ["subdomain"] = subdomain, ["domainId"] = domainId, ["mode"] = "http" };
        try
        {
            return PangolinResource.Read(await CallAsync(HttpMethod.Put, $"org/{_org}/resource", body, cancellationToken));
        }
        catch (PangolinException exception) when (exception.Status == 400 && exception.Message.Contains("Unrecognized key", StringComparison.OrdinalIgnoreCase))
        {
            // Before 1.19 there was no mode.
            body.Remove("mode");
            (body["http"], body["protocol"]) = (true, "tcp");
            return PangolinResource.Read(await CallAsync(HttpMethod.Put, $"org/{_org}/resource", body, cancellationToken));
        }
    }

    public Task UpdateAsync(int id, JsonObject changes, CancellationToken cancellationToken) => CallAsync(HttpMethod.Post, $"resource/{id}", changes, cancellationToken);

    /// <summary>Gone already is as good as gone.</summary>
    public Task DeleteAsync(int id, CancellationToken cancellationToken) => IgnoreMissingAsync(CallAsync(HttpMethod.Delete, $"resource/{id}", body: null, cancellationToken));

    public Task SetPinAsync(int id, string? pin, CancellationToken cancellationToken) => CallAsync(HttpMethod.Post, $"resource/{id}/pincode", new() { ["pincode"] = pin }, cancellationToken);

    public Task SetPasswordAsync(int id, CancellationToken cancellationToken) => CallAsync(HttpMethod.Post, $"resource/{id}/password", new() { ["password"] = null }, cancellationToken);

    public Task SetWhitelistAsync(int id, IEnumerable<string> emails, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Post, $"resource/{id}/whitelist", new() { ["emails"] = new JsonArray([.. emails.Select(email => JsonValue.Create(email))]) }, cancellationToken);

    public async Task<IReadOnlyList<string>> WhitelistAsync(int id, CancellationToken cancellationToken)
    {
        var data = await CallAsync(HttpMethod.Get, $"resource/{id}/whitelist", body: null, cancellationToken);
        return [.. data.GetProperty("whitelist").EnumerateArray().Select(row => PangolinResource.Text(row, "email")).OfType<string>()];
    }

    public async Task<IReadOnlyList<PangolinTarget>> TargetsAsync(int id, CancellationToken cancellationToken)
    {
        var data = await CallAsync(HttpMethod.Get, $"resource/{id}/targets", body: null, cancellationToken);
        return [.. data.GetProperty("targets").EnumerateArray().Select(PangolinTarget.Read)];
    }

    public Task AddTargetAsync(int id, int siteId, string host, int port, string method, CancellationToken cancellationToken) => CallAsync(
        HttpMethod.Put,
        $"resource/{id}/target",
        new() { ["siteId"] = siteId, ["ip"] = host, ["port"] = port, ["method"] = method, ["enabled"] = true },
        cancellationToken);

    public Task DeleteTargetAsync(int targetId, CancellationToken cancellationToken) => IgnoreMissingAsync(CallAsync(HttpMethod.Delete, $"target/{targetId}", body: null, cancellationToken));

    /// <summary>Names of the identity providers that Pangolin knows.</summary>
    public async Task<IReadOnlyList<string>> ProvidersAsync(CancellationToken cancellationToken)
    {
        var data = await CallAsync(HttpMethod.Get, "idp?limit=1000&offset=0", body: null, cancellationToken);
        return data.TryGetProperty("idps", out var rows) && rows.ValueKind == JsonValueKind.Array
            ? [.. rows.EnumerateArray().Select(row => PangolinResource.Text(row, "name")).OfType<string>()]
            : throw new PangolinException("its answer lists no identity providers");
    }

    /// <summary>Makes an OpenID provider known to the whole server; that takes a root key or a server's admin.</summary>
    /// <returns>Where the provider has to send people back to; null where Pangolin does not say.</returns>
    public async Task<string?> AddProviderAsync(PangolinProvider provider, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["name"] = provider.Name,
            ["clientId"] = provider.ClientId,
            ["clientSecret"] = provider.ClientSecret,
            ["authUrl"] = provider.AuthorizationEndpoint,
            ["tokenUrl"] = provider.TokenEndpoint,
            ["scopes"] = "openid profile email",
            ["identifierPath"] = "sub",
            ["emailPath"] = "email",
            ["namePath"] = "name",
        };
        try
        {
            return PangolinResource.Text(await CallAsync(HttpMethod.Put, "idp/oidc", body, cancellationToken), "redirectUrl");
        }
        catch (PangolinException exception) when (exception.Status == 400 && exception.Message.Contains("Unrecognized key", StringComparison.OrdinalIgnoreCase))
        {
            // After 1.22 it finds the endpoints itself.
            body.Remove("authUrl");
            body.Remove("tokenUrl");
            body["discoveryUrl"] = provider.DiscoveryDocument;
            return PangolinResource.Text(await CallAsync(HttpMethod.Put, "idp/oidc", body, cancellationToken), "redirectUrl");
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _turn.Dispose();
    }

    private async Task<List<PangolinResource>> PageAsync(bool byPage, int page, CancellationToken cancellationToken)
    {
        var query = byPage ? $"page={page + 1}&pageSize={PageSize}" : $"limit={PageSize}&offset={page * PageSize}";
        var data = await CallAsync(HttpMethod.Get, $"org/{_org}/resources?{query}", body: null, cancellationToken);
        return [.. data.GetProperty("resources").EnumerateArray().Select(PangolinResource.Read)];
    }

    private static async Task IgnoreMissingAsync(Task call)
    {
        try
        {
            await call;
        }
        catch (PangolinException exception) when (exception.Status == 404)
        {
            // Somebody else was quicker.
        }
    }

    /// <summary>The <c>data</c> of the answer's envelope.</summary>
    private async Task<JsonElement> CallAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            using var response = await _http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return Open(text, (int)response.StatusCode, $"{method} {path.Split('?')[0]}", _isPerson);
        }
        catch (HttpRequestException exception)
        {
            throw new PangolinException($"it does not answer ({exception.Message})");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PangolinException($"it did not answer within {Patience.TotalSeconds} s");
        }
        finally
        {
            _turn.Release();
        }
    }

    private static JsonElement Open(string text, int status, string call, bool isPerson)
    {
        JsonElement envelope;
        try
        {
            envelope = JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            // An unknown route answers a page, and so does whatever else listens there.
            throw new PangolinException($"{call} answered {status} and no JSON; is PANGOLIN_API_URL the {(isPerson ? "dashboard's API" : "Integration API")}?") { Status = status };
        }

        if (status is >= 200 and < 300 && envelope.ValueKind == JsonValueKind.Object && PangolinResource.Flag(envelope, "success") != false)
        {
            return envelope.TryGetProperty("data", out var data) && data.ValueKind != JsonValueKind.Null ? data : JsonElement.Parse("{}");
        }

        var words = envelope.ValueKind == JsonValueKind.Object ? PangolinResource.Text(envelope, "message") : null;
        throw new PangolinException(status switch
        {
            401 => isPerson ? "it signs PANGOLIN_EMAIL in and ends the session at once" : "it does not know the key (PANGOLIN_API_KEY)",
            403 => $"{(isPerson ? "the account of PANGOLIN_EMAIL" : "the key")} may not do that ({call}): {words}",
            _ => $"{call} answered {status}: {words}",
        }) { Status = status };
    }
}
