using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PortPortal.Tests.Tunnels.Pangolin;

/// <summary>Pangolin's Integration API as 1.22.0 was seen to answer, with its traps: strict bodies, duplicates taken without a word, 0 and 1 for booleans.</summary>
/// <remarks><see cref="Old"/> makes it answer as 1.9 to 1.15 do: no <c>mode</c>, and pages by limit and offset.</remarks>
internal sealed class PangolinServer : IAsyncDisposable
{
    public const string Key = "abcdefghijklmno.ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGH";
    public const string Org = "acme";
    public const string Domain = "tunnel.example.com";
    public const string Email = "ann@example.com";
    public const string Passphrase = "correct horse battery staple";
    public const string Redirect = "https://pangolin.example.com/auth/idp/1/oidc/callback";
    private const string Dashboard = "/api/v1";

    private static readonly Dictionary<string, string[]> Members = new(StringComparer.Ordinal)
    {
        ["create"] = ["name", "subdomain", "domainId", "mode", "stickySession", "postAuthPath", "http", "protocol"],
        ["update"] = ["name", "niceId", "subdomain", "domainId", "ssl", "sso", "blockAccess", "emailWhitelistEnabled", "applyRules", "enabled", "stickySession", "tlsServerName", "setHostHeader", "headers", "postAuthPath"],
        ["pincode"] = ["pincode"],
        ["password"] = ["password"],
        ["whitelist"] = ["emails"],
        ["target"] = ["siteId", "ip", "port", "method", "enabled", "path", "pathMatchType", "priority"],
        ["login"] = ["email", "password", "code", "resourceGuid"],
        ["provider"] = ["name", "clientId", "clientSecret", "authUrl", "tokenUrl", "identifierPath", "emailPath", "namePath", "scopes", "autoProvision", "tags", "variant"],
        ["newProvider"] = ["name", "clientId", "clientSecret", "discoveryUrl", "identifierPath", "emailPath", "namePath", "scopes", "autoProvision", "tags", "variant"],
    };

    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _sessions = new(StringComparer.Ordinal); // under _lock
    private int _lastId = 100; // under _lock

    private PangolinServer(WebApplication app) => _app = app;

    public Uri Url { get; private set; } = null!;

    public bool Old { get; set; }

    /// <summary>Answers 500 to everything.</summary>
    public bool IsDown { get; set; }

    /// <summary>Says yes to changes of sign-in and does nothing, as a server with a bug would.</summary>
    public bool IgnoresSignIn { get; set; }

    /// <summary>Asks the person for a code after the password.</summary>
    public bool AsksForCode { get; set; }

    /// <summary>Wants a provider's discovery document in place of its endpoints, as after 1.22.</summary>
    public bool ReadsDiscovery { get; set; }

    /// <summary>The key is an organisation's, which may not touch what is the whole server's.</summary>
    public bool IsKeyOfOrganisation { get; set; }

    /// <summary>Identity providers, as they were put.</summary>
    public ConcurrentQueue<JsonObject> Providers { get; } = new();

    public ConcurrentDictionary<int, Row> Rows { get; } = new();

    /// <summary>Every call, as <c>METHOD path</c>.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Names that were reachable without any proof at some moment.</summary>
    public ConcurrentQueue<string> OpenMoments { get; } = new();

    public static async Task<PangolinServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = new PangolinServer(builder.Build());
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        server.Url = new Uri(server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return server;
    }

    /// <summary>Ends everybody's session.</summary>
    public void SignOut()
    {
        lock (_lock)
        {
            _sessions.Clear();
        }
    }

    /// <summary>A resource that somebody else made.</summary>
    public Row Plant(string name, string subdomain) => Add(name, $"{subdomain}.{Domain}");

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        Calls.Enqueue($"{context.Request.Method} {path}");
        if (IsDown)
        {
            await EnvelopeAsync(context, 500, null, "Internal server error");
            return;
        }

        JsonObject body = [];
        if (context.Request.ContentLength > 0 || context.Request.Headers.TransferEncoding.Count > 0)
        {
            body = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))!;
        }

        var isDashboard = path.StartsWith(Dashboard, StringComparison.Ordinal);
        if (isDashboard ? await IsKeptOutAsync(context, path, body) : context.Request.Headers.Authorization != $"Bearer {Key}")
        {
            if (!isDashboard)
            {
                await EnvelopeAsync(context, 401, null, "Invalid API key");
            }

            return;
        }

        path = isDashboard ? path["/api".Length..] : path;

        (int Status, JsonNode? Data, string Message) answer;
        lock (_lock)
        {
            answer = Answer(context.Request.Method, path.Split('/', StringSplitOptions.RemoveEmptyEntries), context.Request.Query, body);
            foreach (var row in Rows.Values.Where(row => row.IsOpen))
            {
                OpenMoments.Enqueue(row.FullDomain);
            }
        }

        if (answer.Status == 0)
        {
            context.Response.StatusCode = 404;
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("<!DOCTYPE html><pre>Cannot GET</pre>");
            return;
        }

        await EnvelopeAsync(context, answer.Status, answer.Data, answer.Message);
    }

    private (int Status, JsonNode? Data, string Message) Answer(string method, string[] path, IQueryCollection query, JsonObject body) => (method, path) switch
    {
        (_, ["v1", "org", not Org, ..]) => (403, null, "User does not have access to this organization"),
        ("GET", ["v1", "idp"]) => (200, new JsonObject { ["idps"] = new JsonArray([.. Providers.Select((provider, i) => new JsonObject { ["idpId"] = i + 1, ["name"] = (string?)provider["name"], ["type"] = "oidc" })]) }, "ok"),
        ("PUT", ["v1", "idp", "oidc"]) => AddProvider(body),
        ("GET", ["v1", "org", _, "domains"]) => (200, new JsonObject { ["domains"] = new JsonArray(new JsonObject { ["domainId"] = "domain1", ["baseDomain"] = Domain, ["verified"] = true }) }, "ok"),
        ("GET", ["v1", "org", _, "resources"]) => List(query),
        ("PUT", ["v1", "org", _, "resource"]) => Create(body),
        (_, ["v1", "resource", var id, ..]) when !Rows.ContainsKey(int.Parse(id, System.Globalization.CultureInfo.InvariantCulture)) => (404, null, "Resource not found"),
        ("GET", ["v1", "resource", var id]) => (200, Of(id).Whole(), "ok"),
        ("POST", ["v1", "resource", var id]) => Update(Of(id), body),
        ("DELETE", ["v1", "resource", var id]) => (200, Remove(id), "ok"),
        ("POST", ["v1", "resource", var id, "pincode"]) => Pin(Of(id), body),
        ("POST", ["v1", "resource", var id, "password"]) => Strict("password", body) ?? Password(Of(id), body),
        ("POST", ["v1", "resource", var id, "whitelist"]) => Whitelist(Of(id), body),
        ("GET", ["v1", "resource", var id, "whitelist"]) => (200, new JsonObject { ["whitelist"] = new JsonArray([.. Of(id).Emails.Select(email => new JsonObject { ["email"] = email })]) }, "ok"),
        ("GET", ["v1", "resource", var id, "targets"]) => (200, new JsonObject { ["targets"] = new JsonArray([.. Of(id).Targets.Select(target => target.Json())]) }, "ok"),
        ("PUT", ["v1", "resource", var id, "target"]) => AddTarget(Of(id), body),
        ("DELETE", ["v1", "target", var id]) => RemoveTarget(int.Parse(id, System.Globalization.CultureInfo.InvariantCulture)),
        _ => (0, null, ""),
    };

    /// <summary>The dashboard's door: the constant header on every call but a GET, then a session's cookie; signing in is answered here.</summary>
    private async Task<bool> IsKeptOutAsync(HttpContext context, string path, JsonObject body)
    {
        if (context.Request.Method != "GET" && context.Request.Headers["X-CSRF-Token"] != "x-csrf-protection")
        {
            context.Response.StatusCode = 403;
            await context.Response.WriteAsJsonAsync(new { error = "CSRF token missing or invalid" });
            return true;
        }

        if (path == $"{Dashboard}/auth/login")
        {
            await SignInAsync(context, body);
            return true;
        }

        bool isIn;
        lock (_lock)
        {
            isIn = _sessions.Contains(context.Request.Cookies["p_session_token"] ?? "");
        }

        if (!isIn)
        {
            await EnvelopeAsync(context, 401, null, "Unauthorized");
        }

        return !isIn;
    }

    private Task SignInAsync(HttpContext context, JsonObject body)
    {
        if (Strict("login", body) is { } refused)
        {
            return EnvelopeAsync(context, refused.Item1, null, refused.Item3);
        }

        if (((string?)body["email"], (string?)body["password"]) != (Email, Passphrase))
        {
            return EnvelopeAsync(context, 401, null, "Username or password is incorrect");
        }

        if (AsksForCode)
        {
            return EnvelopeAsync(context, 202, new JsonObject { ["codeRequested"] = true }, "Two-factor authentication required");
        }

        var session = Guid.NewGuid().ToString("N");
        lock (_lock)
        {
            _sessions.Add(session);
        }

        context.Response.Headers.SetCookie = $"p_session_token={session}; HttpOnly; SameSite=Lax; Expires=Fri, 01 Jan 2038 00:00:00 GMT; Path=/";
        return EnvelopeAsync(context, 200, null, "Logged in successfully");
    }

    private (int, JsonNode?, string) AddProvider(JsonObject body)
    {
        if (IsKeyOfOrganisation)
        {
            return (403, null, "Key does not have root access");
        }

        if (Strict(ReadsDiscovery ? "newProvider" : "provider", body) is { } refused)
        {
            return refused;
        }

        var needed = Members[ReadsDiscovery ? "newProvider" : "provider"].Where(name => name is "name" or "clientId" or "clientSecret" or "authUrl" or "tokenUrl" or "discoveryUrl" or "identifierPath" or "scopes");
        if (needed.Any(name => string.IsNullOrEmpty((string?)body[name])))
        {
            return (400, null, "Validation error");
        }

        Providers.Enqueue((JsonObject)body.DeepClone());
        return (201, new JsonObject { ["idpId"] = Providers.Count, ["redirectUrl"] = Redirect }, "Idp created successfully");
    }

    private (int, JsonNode?, string) List(IQueryCollection query)
    {
        string[] allowed = Old ? ["limit", "offset"] : ["page", "pageSize", "query"];
        if (query.Keys.FirstOrDefault(key => !allowed.Contains(key)) is { } unknown)
        {
            return (400, null, $"Validation error: Unrecognized key: \"{unknown}\"");
        }

        int Number(string name, int otherwise) => query.TryGetValue(name, out var text) ? int.Parse(text!, System.Globalization.CultureInfo.InvariantCulture) : otherwise;
        var size = Old ? Number("limit", 1000) : Number("pageSize", 20);
        var skip = Old ? Number("offset", 0) : (Number("page", 1) - 1) * size;
        return (200, new JsonObject { ["resources"] = new JsonArray([.. Rows.Values.OrderBy(row => row.Id).Skip(skip).Take(size).Select(row => row.Listed())]) }, "ok");
    }

    private (int, JsonNode?, string) Create(JsonObject body)
    {
        if (Strict("create", body, Old ? ["mode"] : []) is { } refused)
        {
            return refused;
        }

        var subdomain = (string?)body["subdomain"];
        if (subdomain is { Length: 0 } || (string?)body["domainId"] != "domain1")
        {
            return (400, null, "Validation error");
        }

        // 1.22.0 takes a second resource of the same name; up to 1.21 that was a conflict.
        var fullDomain = $"{subdomain}.{Domain}";
        return Old && Rows.Values.Any(row => row.FullDomain == fullDomain) ? (409, null, "Resource with that domain already exists") : (201, Add((string)body["name"]!, fullDomain).Bare(), "created");
    }

    private (int, JsonNode?, string) Update(Row row, JsonObject body)
    {
        if (Strict("update", body) is { } refused)
        {
            return refused;
        }

        row.Sso = IgnoresSignIn ? row.Sso : (bool?)body["sso"] ?? row.Sso;
        row.HasWhitelist = (bool?)body["emailWhitelistEnabled"] ?? row.HasWhitelist;
        row.IsBlocked = (bool?)body["blockAccess"] ?? row.IsBlocked;
        row.IsEnabled = (bool?)body["enabled"] ?? row.IsEnabled;
        if ((string?)body["subdomain"] is { } subdomain && body["domainId"] is not null)
        {
            row.FullDomain = $"{subdomain}.{Domain}";
        }

        return (200, row.Whole(), "ok");
    }

    private static (int, JsonNode?, string) Pin(Row row, JsonObject body)
    {
        if (Strict("pincode", body) is { } refused)
        {
            return refused;
        }

        if (body["pincode"] is { } pin && !(pin.GetValueKind() == JsonValueKind.String && ((string)pin!).Length == 6 && ((string)pin!).All(char.IsAsciiDigit)))
        {
            return (400, null, "Validation error: pincode");
        }

        row.Pin = (string?)body["pincode"];
        return (201, new JsonObject(), "ok");
    }

    private static (int, JsonNode?, string) Password(Row row, JsonObject body)
    {
        row.Password = (string?)body["password"];
        return (201, new JsonObject(), "ok");
    }

    private static (int, JsonNode?, string) Whitelist(Row row, JsonObject body)
    {
        if (Strict("whitelist", body) is { } refused)
        {
            return refused;
        }

        if (!row.HasWhitelist)
        {
            return (400, null, "Email whitelist is not enabled for this resource");
        }

        var emails = body["emails"]!.AsArray().Select(email => (string)email!).ToList();
        if (emails.Exists(email => !email.Contains('@', StringComparison.Ordinal) || (email.Contains('*', StringComparison.Ordinal) && !email.StartsWith("*@", StringComparison.Ordinal))))
        {
            return (400, null, "Validation error: emails");
        }

        row.Emails = [.. emails.Select(email => email.ToLowerInvariant())];
        return (201, new JsonObject(), "ok");
    }

    private (int, JsonNode?, string) AddTarget(Row row, JsonObject body)
    {
        if (Strict("target", body) is { } refused)
        {
            return refused;
        }

        var target = new Target(++_lastId, (int)body["siteId"]!, (string)body["ip"]!, (int)body["port"]!, (string)body["method"]!);
        row.Targets.Add(target);
        return (201, target.Json(), "created");
    }

    private (int, JsonNode?, string) RemoveTarget(int id)
    {
        var gone = Rows.Values.Sum(row => row.Targets.RemoveAll(target => target.Id == id));
        return gone > 0 ? (200, null, "ok") : (404, null, "Target not found");
    }

    private static (int, JsonNode?, string)? Strict(string call, JsonObject body, params string[] unknown) =>
        body.Select(member => member.Key).FirstOrDefault(name => !Members[call].Contains(name) || unknown.Contains(name)) is { } stranger
            ? (400, null, $"Validation error: Unrecognized key: \"{stranger}\"")
            : body.Count == 0 ? (400, null, "Validation error: at least one field must be provided for update") : null;

    private Row Of(string id) => Rows[int.Parse(id, System.Globalization.CultureInfo.InvariantCulture)];

    private Row Add(string name, string fullDomain)
    {
        var row = new Row(++_lastId, name, fullDomain);
        Rows[row.Id] = row;
        return row;
    }

    private JsonNode? Remove(string id)
    {
        Rows.TryRemove(int.Parse(id, System.Globalization.CultureInfo.InvariantCulture), out _);
        return null;
    }

    private static async Task EnvelopeAsync(HttpContext context, int status, JsonNode? data, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        var envelope = new JsonObject { ["data"] = data, ["success"] = status < 300, ["error"] = status >= 300, ["message"] = message, ["status"] = status };
        await context.Response.WriteAsync(envelope.ToJsonString());
    }

    /// <summary>A resource as the server keeps it.</summary>
    public sealed class Row(int id, string name, string fullDomain)
    {
        public int Id => id;

        public string Name => name;

        public string FullDomain { get; set; } = fullDomain;

        public bool Sso { get; set; } = true;

        public bool HasWhitelist { get; set; }

        public bool IsBlocked { get; set; }

        public bool IsEnabled { get; set; } = true;

        public string? Pin { get; set; }

        public string? Password { get; set; }

        public List<string> Emails { get; set; } = [];

        public List<Target> Targets { get; } = [];

        /// <summary>Reachable with no proof at all.</summary>
        public bool IsOpen => Targets.Count > 0 && IsEnabled && !IsBlocked && !Sso && !HasWhitelist && Pin is null && Password is null;

        /// <summary>As a creation answers: how it is guarded lives elsewhere.</summary>
        public JsonObject Bare() => new() { ["resourceId"] = id, ["name"] = name, ["fullDomain"] = FullDomain, ["enabled"] = IsEnabled, ["blockAccess"] = IsBlocked, ["sso"] = null, ["emailWhitelistEnabled"] = null };

        public JsonObject Whole() => new() { ["resourceId"] = id, ["name"] = name, ["fullDomain"] = FullDomain, ["enabled"] = IsEnabled, ["blockAccess"] = IsBlocked, ["sso"] = Sso, ["emailWhitelistEnabled"] = HasWhitelist };

        public JsonObject Listed() => new()
        {
            ["resourceId"] = id,
            ["name"] = name,
            ["fullDomain"] = FullDomain,
            ["enabled"] = IsEnabled,
            ["sso"] = Sso ? 1 : 0,
            ["whitelist"] = HasWhitelist ? 1 : 0,
            ["pincodeId"] = Pin is null ? null : 7,
            ["passwordId"] = Password is null ? null : 8,
            ["headerAuthId"] = null,
        };
    }

    public sealed record Target(int Id, int SiteId, string Host, int Port, string Method)
    {
        public JsonObject Json() => new() { ["targetId"] = Id, ["siteId"] = SiteId, ["ip"] = Host, ["port"] = Port, ["method"] = Method, ["enabled"] = true };
    }
}
