using System.Net.Sockets;

namespace PortPortal.Benchmarks;

/// <summary>The upstream and the peers in front of it, as processes of this run: two workers each, TLS 1.3, kept-alive upstream connections.</summary>
internal sealed class Peers : IAsyncDisposable
{
    private static readonly string Kilobyte = new('x', 1024);
    private readonly List<ChildProcess> _children = [];

    private Peers()
    {
    }

    /// <summary>Plain HTTP; answers <c>/</c> with one kilobyte and <c>/auth</c> with 204.</summary>
    public Target Upstream { get; private set; } = null!;

    public Target Nginx { get; private set; } = null!;

    public Target NginxAuth { get; private set; } = null!;

    public Target HaProxy { get; private set; } = null!;

    public Target Caddy { get; private set; } = null!;

    public Target CaddyAuth { get; private set; } = null!;

    public static async Task<Peers> StartAsync(Workbench bench)
    {
        var peers = new Peers();
        var upstream = FreePort.Next();
        peers.Upstream = new("upstream, direct", new Uri($"http://{Workbench.HostName}:{upstream}/"), bench.CertificatePath);
        try
        {
            await peers.StartUpstreamAsync(bench, upstream);
            await peers.StartNginxAsync(bench, upstream);
            await peers.StartHaProxyAsync(bench, upstream);
            await peers.StartCaddyAsync(bench, upstream);
            return peers;
        }
        catch
        {
            await peers.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in _children)
        {
            await child.DisposeAsync();
        }
    }

    private async Task StartUpstreamAsync(Workbench bench, int port)
    {
        var path = await bench.WriteAsync("upstream.conf", NginxFrame(bench, "upstream", $$"""
            server {
                listen 127.0.0.1:{{port}} backlog=4096;
                default_type text/plain;
                location = /auth { return 204; }
                location / { return 200 "{{Kilobyte}}"; }
            }
            """));
        await LaunchAsync(bench.Folder, [port], "nginx", "-c", path, "-p", bench.Folder);
    }

    private async Task StartNginxAsync(Workbench bench, int upstream)
    {
        var (plain, gated) = (FreePort.Next(), FreePort.Next());
        const string Proxy = """
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Proto https;
            """;
        var tls = $"ssl_certificate {bench.CertificatePath}; ssl_certificate_key {bench.KeyPath}; ssl_protocols TLSv1.3;";
        var path = await bench.WriteAsync("nginx.conf", NginxFrame(bench, "nginx", $$"""
            upstream app { server 127.0.0.1:{{upstream}}; keepalive 256; keepalive_requests 100000000; }
            server {
                listen 127.0.0.1:{{plain}} ssl backlog=4096;
                {{tls}}
                location / { {{Proxy}} }
            }
            server {
                listen 127.0.0.1:{{gated}} ssl backlog=4096;
                {{tls}}
                location = /auth { internal; {{Proxy}} proxy_pass_request_body off; proxy_set_header Content-Length ""; }
                location / { auth_request /auth; {{Proxy}} }
            }
            """));
        Nginx = Tls(bench, "nginx", plain);
        NginxAuth = Tls(bench, "nginx, auth_request", gated) with { Cookie = "session=0123456789abcdef0123456789abcdef" };
        await LaunchAsync(bench.Folder, [plain, gated], "nginx", "-c", path, "-p", bench.Folder);
    }

    private async Task StartHaProxyAsync(Workbench bench, int upstream)
    {
        var port = FreePort.Next();
        var path = await bench.WriteAsync("haproxy.cfg", $"""
            global
                nbthread 2
                maxconn 4000
                ssl-default-bind-options ssl-min-ver TLSv1.3
            defaults
                mode http
                timeout connect 5s
                timeout client 60s
                timeout server 60s
                option forwardfor
                http-reuse always
            frontend front
                bind 127.0.0.1:{port} ssl crt {bench.BundlePath}
                http-request set-header X-Forwarded-Proto https
                default_backend app
            backend app
                server app 127.0.0.1:{upstream}

            """);
        HaProxy = Tls(bench, "HAProxy", port);
        await LaunchAsync(bench.Folder, [port], "haproxy", "-db", "-f", path);
    }

    private async Task StartCaddyAsync(Workbench bench, int upstream)
    {
        var (plain, gated) = (FreePort.Next(), FreePort.Next());
        var path = await bench.WriteAsync("Caddyfile", $$"""
            {
                admin off
                auto_https off
                servers {
                    protocols h1
                }
            }
            (edge) {
                bind 127.0.0.1
                tls {{bench.CertificatePath}} {{bench.KeyPath}} {
                    protocols tls1.3
                }
            }
            https://{{Workbench.HostName}}:{{plain}} {
                import edge
                reverse_proxy 127.0.0.1:{{upstream}} {
                    transport http {
                        keepalive_idle_conns_per_host 256
                    }
                }
            }
            https://{{Workbench.HostName}}:{{gated}} {
                import edge
                forward_auth 127.0.0.1:{{upstream}} {
                    uri /auth
                    transport http {
                        keepalive_idle_conns_per_host 256
                    }
                }
                reverse_proxy 127.0.0.1:{{upstream}} {
                    transport http {
                        keepalive_idle_conns_per_host 256
                    }
                }
            }

            """);
        Caddy = Tls(bench, "Caddy", plain);
        CaddyAuth = Tls(bench, "Caddy, forward_auth", gated) with { Cookie = NginxAuth.Cookie };
        await LaunchAsync(bench.Folder, [plain, gated], "caddy", "run", "--adapter", "caddyfile", "--config", path);
    }

    private static Target Tls(Workbench bench, string name, int port) => new(name, new Uri($"https://{Workbench.HostName}:{port}/"), bench.CertificatePath);

    private static string NginxFrame(Workbench bench, string name, string servers) => $$"""
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        daemon off;
        worker_processes 2;
        worker_rlimit_nofile 16384;
        pid {{bench.Folder}}/{{name}}.pid;
        error_log stderr crit;
        events { worker_connections 4096; }
        http {
            access_log off;
            keepalive_requests 100000000;
            client_body_temp_path {{bench.Folder}}/{{name}}-body;
            proxy_temp_path {{bench.Folder}}/{{name}}-proxy;
            fastcgi_temp_path {{bench.Folder}}/{{name}}-fastcgi;
            uwsgi_temp_path {{bench.Folder}}/{{name}}-uwsgi;
            scgi_temp_path {{bench.Folder}}/{{name}}-scgi;
            {{servers}}
        }
        """;

    private async Task LaunchAsync(string home, int[] ports, string program, params string[] arguments)
    {
        var child = ChildProcess.Start(program, arguments, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin",
            ["HOME"] = home,
            ["XDG_CONFIG_HOME"] = home,
            ["XDG_DATA_HOME"] = home,
        });
        _children.Add(child);
        foreach (var port in ports)
        {
            await Eventually.TrueAsync(() => ListensAsync(child, port), $"{program} listens on {port}: {child.Output}");
        }
    }

    private static async Task<bool> ListensAsync(ChildProcess child, int port)
    {
        if (child.HasExited)
        {
            throw new InvalidOperationException($"A peer did not start: {child.Output}");
        }

        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
