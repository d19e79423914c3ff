using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Access;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Certificates;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Edge;
using PortPortal.Engine.Edge.Handover;
using PortPortal.Engine.Edge.Listener;
using PortPortal.Engine.Edge.Routes;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.AccessRequests;
using PortPortal.Engine.Mail;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Revocations;
using PortPortal.Engine.Sessions;
using PortPortal.Engine.ShareLinks;
using PortPortal.Tests.Edge.Upstream;

namespace PortPortal.Tests.Edge;

/// <summary>The whole edge on a loopback port: real listener, certificates, routes, gate and forwarder; only accounts and audit end at a hand-written boundary.</summary>
internal sealed class EdgeWorld : IAsyncDisposable
{
    public const string Base = "edge.test";
    public const string Portal = "portal.edge.test";

    private readonly WebApplication _app;
    private readonly string _folder;
    private int _sessions;

    private EdgeWorld(WebApplication app, string folder, int port) => (_app, _folder, Port) = (app, folder, port);

    public int Port { get; }

    public ExposureFeed Feed => _app.Services.GetRequiredService<ExposureFeed>();

    public FakeVisitors People => (FakeVisitors)_app.Services.GetRequiredService<IVisitorAccounts>();

    public ConcurrentQueue<AuditEntry> Audit { get; } = new();

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public WebApplication App => _app;

    public static async Task<EdgeWorld> StartAsync(TimeProvider? time = null, Action<IServiceCollection>? adapt = null)
    {
        var folder = Directory.CreateTempSubdirectory("edge-").FullName;
        var port = FreePort();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Edge:Port"] = $"{port}",
            ["Edge:Bind"] = "127.0.0.1",
            ["Edge:BaseDomain"] = Base,
        });
        EdgeWorld? world = null;
        var services = builder.Services;
        services.AddRouting();
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddSingleton(new DataDirectory(folder));
        services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
        services.AddCertificates().AddEdgeListener();
        services.AddSingleton<ExposureFeed>();
        services.AddSingleton<ExposurePins>();
        services.AddSingleton<SessionFeed>();
        services.AddSingleton<Database>(); // opened by what counts share links, which has tests of its own
        services.AddSingleton<ProfileBook>();
        services.AddLiveLinks();
        services.AddSingleton<GatePassages>();
        services.AddSingleton<AccessRequestFeed>();
        services.AddSingleton<RevokedGrants>();
        services.AddSingleton<KeptOutFeed>();
        services.AddMail().AddEdge();
        services.Replace(ServiceDescriptor.Singleton(new CallBacks((_, _) => false)));
        services.Replace(ServiceDescriptor.Singleton<IVisitorAccounts>(new FakeVisitors()));
        services.Replace(ServiceDescriptor.Singleton(provider => new EdgeRouteTable(provider.GetRequiredService<ExposureFeed>(), _ => true, provider.GetRequiredService<RouteLimits>().Of)));
        services.Replace(ServiceDescriptor.Singleton(provider => new VisitAudit(entry => world!.Audit.Enqueue(entry), provider.GetRequiredService<TimeProvider>())));
        adapt?.Invoke(services);

        var app = builder.Build();
        world = new EdgeWorld(app, folder, port);
        app.UseEdge();
        app.UseRouting();
        app.Use((context, next) =>
        {
            context.User = FakeVisitors.Principal(context.Request.Cookies["who"]);
            return next(context);
        });
        app.MapVisits();
        app.MapFallback(() => "the portal");
        await app.StartAsync().Within();
        return world;
    }

    public static string HostOf(ExposureStatus exposure) => $"{exposure.Port}-{exposure.SessionId}.{Base}";

    public string UrlOf(ExposureStatus exposure, string path = "/") => $"https://{HostOf(exposure)}:{Port}{path}";

    /// <summary>Exposes an upstream as a port of a new session.</summary>
    public ExposureStatus Expose(IPEndPoint target, AccessMode mode = AccessMode.Public, Func<ExposureStatus, ExposureStatus>? adapt = null)
    {
        var session = $"session{Interlocked.Increment(ref _sessions)}";
        var exposure = NewExposure(session, 3000, target, mode);
        exposure = adapt?.Invoke(exposure) ?? exposure;
        Feed.Publish(exposure);
        return exposure;
    }

    public static ExposureStatus NewExposure(string session, int port, IPEndPoint target, AccessMode mode = AccessMode.Public) => new()
    {
        Id = $"x-{session}-{port}",
        SessionId = session,
        SessionName = session,
        SessionState = SessionState.Running,
        NodeId = LocalNode.Id,
        Port = port,
        Protocol = UpstreamProtocol.Http,
        Access = new() { ExposureId = $"x-{session}-{port}", Mode = mode, Version = 1, OwnerId = "owner" },
        State = ExposureState.Active,
        Target = target,
        Url = new Uri($"https://{port}-{session}.{Base}/"),
        CreatedAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
    };

    /// <summary>A browser, or at least its cookie jar: every host name leads to this edge, and redirects are left to the test.</summary>
    /// <param name="from">Where it comes from: this machine has all of 127.0.0.0/8.</param>
    public HttpClient NewClient(CookieContainer? jar = null, Version? version = null, IPAddress? from = null) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = jar is not null,
        CookieContainer = jar ?? new CookieContainer(),
        ConnectCallback = async (_, stop) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(from ?? IPAddress.Any, 0));
            await socket.ConnectAsync(IPAddress.Loopback, Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        },
        SslOptions = Trusting(),
    })
    {
        DefaultRequestVersion = version ?? HttpVersion.Version11,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromSeconds(10),
    };

    public async Task<ClientWebSocket> OpenWebSocketAsync(ExposureStatus exposure, string? cookie = null, string? origin = null)
    {
        var socket = new ClientWebSocket();
        if (cookie is not null)
        {
            socket.Options.SetRequestHeader("Cookie", cookie);
        }

        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        using var client = NewClient();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await socket.ConnectAsync(new Uri(UrlOf(exposure, "/ws").Replace("https://", "wss://", StringComparison.Ordinal)), NewInvoker(), deadline.Token);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends bytes over TLS to a name and reads until the edge closes or says nothing more.</summary>
    public async Task<string> RawAsync(string serverName, string request, bool tls = true)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, Port).Within();
        Stream stream = tcp.GetStream();
        if (tls)
        {
            var secured = new SslStream(stream);
            var options = Trusting();
            options.TargetHost = serverName;
            options.ApplicationProtocols = [SslApplicationProtocol.Http11];
            await secured.AuthenticateAsClientAsync(options).Within();
            stream = secured;
        }

        await using (stream)
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request)).Within();
            var answer = new StringBuilder();
            var buffer = new byte[16 * 1024];
            using var quiet = new CancellationTokenSource();
            while (true)
            {
                quiet.CancelAfter(answer.Length == 0 ? TimeSpan.FromSeconds(5) : TimeSpan.FromMilliseconds(300));
                try
                {
                    var read = await stream.ReadAsync(buffer, quiet.Token);
                    if (read == 0)
                    {
                        return answer.ToString();
                    }

                    answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
                }
                catch (OperationCanceledException)
                {
                    return answer.ToString();
                }
                catch (IOException)
                {
                    return answer.ToString();
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        await _app.StopAsync(deadline.Token);
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private HttpMessageInvoker NewInvoker() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, stop) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        },
        SslOptions = Trusting(),
    });

    private static SslClientAuthenticationOptions Trusting() => new()
    {
        EnabledSslProtocols = SslProtocols.None,
#pragma warning disable CA5359 // Which certificate it is has its own tests.
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
    };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>People with accounts, signed in by name.</summary>
internal sealed class FakeVisitors : IVisitorAccounts
{
    private readonly ConcurrentDictionary<string, VisitorAccount> _signedIn = new(StringComparer.Ordinal);

    public event Action? Changed;

    public static ClaimsPrincipal Principal(string? signInId) => new(new ClaimsIdentity(signInId is null ? [] : [new Claim("sign-in", signInId)]));

    /// <summary>Signs someone in; the answer is the sign-in's id, which the test portal takes as the cookie <c>who</c>.</summary>
    public string SignIn(string user, string? verifiedEmail = null)
    {
        var id = $"{user}-{_signedIn.Count}";
        _signedIn[id] = new() { UserId = user, SignInId = id, Name = user, VerifiedEmail = verifiedEmail };
        return id;
    }

    public void SignOut(string signInId)
    {
        _signedIn.TryRemove(signInId, out _);
        Changed?.Invoke();
    }

    public VisitorAccount? FindSignedIn(ClaimsPrincipal principal) => principal.FindFirst("sign-in") is { } claim ? FindBySignIn(claim.Value) : null;

    public VisitorAccount? FindBySignIn(string signInId) => _signedIn.GetValueOrDefault(signInId);
}
