using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Certificates;
using PortPortal.Engine.Data;
using PortPortal.Engine.Edge.Listener;
using PortPortal.TestSupport;

namespace PortPortal.Tests.Edge.Listener;

/// <summary>A real Kestrel with the edge's listener on a free loopback port; every request is answered with the stamp of its connection.</summary>
internal sealed class RunningEdge : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    private readonly TempDirectory _folder;

    private RunningEdge(WebApplication app, TempDirectory folder, int port) => (App, _folder, Port) = (app, folder, port);

    public WebApplication App { get; }

    public int Port { get; }

    public EdgeEntrance Entrance => App.Services.GetRequiredService<EdgeEntrance>();

    public X509Certificate2 Root => App.Services.GetRequiredService<CertificateAuthority>().Certificate;

    public static async Task<RunningEdge> StartAsync(params (string Setting, string Value)[] settings)
    {
        var folder = new TempDirectory();
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort.Next();
            var app = Build(folder, [("Edge:Port", $"{port}"), ("Edge:Bind", "127.0.0.1"), .. settings]);
            app.Run(AnswerAsync);
            try
            {
                await app.StartAsync().WaitAsync(Deadline);
                return new(app, folder, port);
            }
            catch (IOException) when (attempt < 5)
            {
                await app.DisposeAsync(); // somebody else took the port in between
            }
        }
    }

    public static WebApplication Build(TempDirectory folder, params (string Setting, string Value)[] settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Setting, (string?)setting.Value)));
        builder.Services.AddSingleton(new DataDirectory(folder.Root));
        builder.Services.AddCertificates().AddEdgeListener();
        return builder.Build();
    }

    public async Task<NetworkStream> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Port).WaitAsync(Deadline);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>A TLS client that trusts this edge's authority and nothing else.</summary>
    public async Task<SslStream> ConnectTlsAsync(string name, Stream? over = null, SslProtocols protocols = SslProtocols.None, CipherSuitesPolicy? suites = null)
    {
        var tls = new SslStream(over ?? await ConnectAsync());
        var options = new SslClientAuthenticationOptions { TargetHost = name, CertificateChainPolicy = Trust(), EnabledSslProtocols = protocols, CipherSuitesPolicy = suites };
        await tls.AuthenticateAsClientAsync(options).WaitAsync(Deadline);
        return tls;
    }

    public HttpClient Client(Version? version = null) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, _) => await ConnectAsync(),
        SslOptions = { CertificateChainPolicy = Trust() },
        AllowAutoRedirect = false,
    })
    {
        DefaultRequestVersion = version ?? HttpVersion.Version11,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = Deadline,
    };

    public async Task<Stamp> StampAsync(string host, Version? version = null)
    {
        using var client = Client(version);
        return (await client.GetFromJsonAsync<Stamp>($"https://{host}:{Port}/"))!;
    }

    public static async Task<string> ExchangeAsync(Stream connection, string request)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await connection.WriteAsync(Encoding.Latin1.GetBytes(request), deadline.Token);
        using var reader = new StreamReader(connection, Encoding.Latin1, leaveOpen: true);
        return await reader.ReadToEndAsync(deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await App.StopAsync(now.Token).WaitAsync(Deadline);
        await App.DisposeAsync();
        _folder.Dispose();
    }

    private X509ChainPolicy Trust() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        CustomTrustStore = { X509CertificateLoader.LoadCertificate(Root.RawData) },
    };

    private static async Task AnswerAsync(HttpContext context)
    {
        var connection = context.Features.Get<EdgeConnection>();
        if (context.Request.Headers.ContainsKey("X-Read-Body"))
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        }

        await context.Response.WriteAsJsonAsync(new Stamp(
            connection is not null,
            connection?.IsTls ?? false,
            connection?.ServerName,
            connection?.Kind.ToString(),
            connection?.KindFor(context.Request.Host.Host).ToString(),
            context.Request.Protocol,
            context.Request.Scheme,
            Convert.ToHexStringLower(Encoding.Latin1.GetBytes(context.Request.Headers["X-Bytes"].ToString()))));
    }
}

/// <summary>What the app behind the listener sees.</summary>
internal sealed record Stamp(bool Stamped, bool IsTls, string? ServerName, string? Kind, string? KindForHost, string Protocol, string Scheme, string Bytes);
