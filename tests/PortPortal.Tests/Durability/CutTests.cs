using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using PortPortal.Engine.Edge.Gates;
using PortPortal.Engine.Mail;
using PortPortal.Tests.Support;
using Xunit.Abstractions;

namespace PortPortal.Tests.Durability;

/// <summary>Two hundred open WebSockets and the event streams beside them: each way of taking access back ends those it is about within a second, and no other.</summary>
[Collection(Alone.Name)]
public sealed class CutTests(ITestOutputHelper output)
{
    private const int PerGroup = 20;
    private static readonly string[] BothDomains = ["*@in.example", "*@out.example"];
    private static readonly string[] OneDomain = ["*@in.example"];
    private static readonly TimeSpan CutWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task E14E17E18_TakingAccessBack_CutsThoseItIsAboutAndNoOther(string version)
    {
        var http = Version.Parse(version);
        await using var app = await EchoApp.StartAsync();
        await using var portal = await PortalApp.StartAsync();
        await portal.Api.RegisterSessionAsync("shop");
        var ports = new Dictionary<string, (int Port, Uri Url, string Pin)>(StringComparer.Ordinal);
        List<EchoApp> apps = [];
        foreach (var (name, access) in new[] { ("rotated", "pin"), ("narrowed", "email"), ("closed", "public"), ("shared", "pin"), ("changed", "public"), ("capped", "public") })
        {
            apps.Add(await EchoApp.StartAsync());
            var exposed = await portal.Api.ExposeAsync("shop", new { port = apps[^1].Port, access, allowedEmails = access == "email" ? BothDomains : null });
            ports[name] = (apps[^1].Port, new(exposed.GetProperty("url").GetString()!), exposed.TryGetProperty("pin", out var pin) ? pin.GetString()! : "");
        }

        // 1. Ten groups of 20 sockets and one event stream each: 200 sockets.
        string At(string name, string end = "") => $"/v1/sessions/shop/ports/{ports[name].Port}{end}";
        var link = await portal.Api.SendAsync(HttpMethod.Post, At("shared", "/share-links"), new { label = "review" });
        var groups = new Dictionary<string, Group>(StringComparer.Ordinal)
        {
            ["rotated"] = await PinGroupAsync(portal, ports["rotated"], "127.0.0.2", http),
            ["off the list"] = await MailGroupAsync(portal, ports["narrowed"].Url, "sam@out.example", http),
            ["on the list"] = await MailGroupAsync(portal, ports["narrowed"].Url, "nina@in.example", http),
            ["closed"] = await OpenAsync(new PortalVisitor(portal.Http, ports["closed"].Url), http),
            ["disconnected"] = await PinGroupAsync(portal, ports["shared"], "127.0.0.3", http),
            ["kept out"] = await PinGroupAsync(portal, ports["shared"], "127.0.0.4", http),
            ["by link"] = await PinGroupAsync(portal, ports["shared"], "127.0.0.6", http, new Uri(link.GetProperty("url").GetString()!)),
            ["staying"] = await PinGroupAsync(portal, ports["shared"], "127.0.0.5", http),
            ["changed"] = await OpenAsync(new PortalVisitor(portal.Http, ports["changed"].Url), http),
            ["capped"] = await OpenAsync(new PortalVisitor(portal.Http, ports["capped"].Url), http),
        };
        Assert.Equal(200, groups.Values.Sum(group => group.Sockets.Count));
        var connections = new Dictionary<string, string>(StringComparer.Ordinal);
        await Eventually.TrueAsync(
            async () =>
            {
                var seen = (await portal.Api.SendAsync(HttpMethod.Get, At("shared", "/connections"))).GetProperty("connections").EnumerateArray();
                connections = seen.ToDictionary(visitor => visitor.GetProperty("from").GetString()!, visitor => visitor.GetProperty("id").GetString()!, StringComparer.Ordinal);
                return connections.Count == 4;
            },
            "the four who share a port are listed");

        // 2. Each act in turn.
        (string Who, Func<Task> Act)[] acts =
        [
            ("rotated", () => portal.Api.SendAsync(HttpMethod.Post, At("rotated", "/pin"))),
            ("off the list", () => portal.Api.ChangeAsync("shop", ports["narrowed"].Port, new { allowedEmails = OneDomain })),
            ("closed", () => portal.Api.CloseAsync("shop", ports["closed"].Port)),
            ("disconnected", () => portal.Api.SendAsync(HttpMethod.Delete, At("shared", $"/connections/{connections["127.0.0.3"]}"))),
            ("kept out", () => portal.Api.SendAsync(HttpMethod.Post, At("shared", "/kept-out"), new { address = "127.0.0.4" })),
            ("changed", () => portal.Api.ChangeAsync("shop", ports["changed"].Port, new { access = "sso" })),
            ("by link", () => portal.Api.SendAsync(HttpMethod.Delete, $"/v1/share-links/{link.GetProperty("id").GetString()}")),
            ("capped", () => portal.Api.SendAsync(HttpMethod.Put, "/v1/policy", new { widestAccess = "pin" })),
        ];
        foreach (var (who, act) in acts)
        {
            await act();
            var answered = Stopwatch.GetTimestamp();
            await groups[who].EndsAsync().WaitAsync(Patience);
            var took = Stopwatch.GetElapsedTime(answered);
            output.WriteLine($"HTTP/{version}, {who}: {groups[who].Sockets.Count} sockets and a stream were cut {took.TotalMilliseconds:0} ms after the answer");
            Assert.True(took < CutWithin, $"{who} took {took}");
            Assert.All(groups.Where(pair => pair.Key != who && !acts.TakeWhile(done => done.Who != who).Any(done => done.Who == pair.Key)), pair => Assert.False(pair.Value.HasEnded, $"{pair.Key} ended with {who}"));
        }

        // 3. The others live.
        foreach (var who in new[] { "on the list", "staying" })
        {
            await groups[who].EchoesAsync();
        }

        foreach (var group in groups.Values)
        {
            group.Dispose();
        }

        foreach (var one in apps)
        {
            await one.DisposeAsync();
        }
    }

    private static async Task<Group> PinGroupAsync(PortalApp portal, (int Port, Uri Url, string Pin) port, string from, Version http, Uri? link = null)
    {
        var visitor = new PortalVisitor(portal.Http.ComingFrom(IPAddress.Parse(from)), port.Url);
        while (link is not null)
        {
            using var answer = await visitor.GetAsync(link.ToString());
            link = answer.Headers.Location is { } onward ? new Uri(link, onward) : null;
        }

        await visitor.EnterByPinAsync(port.Pin);
        return await OpenAsync(visitor, http);
    }

    private static async Task<Group> MailGroupAsync(PortalApp portal, Uri url, string email, Version http)
    {
        var visitor = new PortalVisitor(portal.Http, url);
        using var asked = await visitor.PostAsync(EmailGate.AddressPath, ("email", email));
        using var entered = await visitor.PostAsync(EmailGate.CodePath, ("code", portal.Get<Outbox>().Items.Values.Single(mail => mail.To.ToString() == email).Subject[..6]));
        Assert.Equal(HttpStatusCode.SeeOther, entered.StatusCode);
        return await OpenAsync(visitor, http);
    }

    private static async Task<Group> OpenAsync(PortalVisitor visitor, Version http)
    {
        var group = new Group(visitor);
        await group.OpenAsync(http).WaitAsync(Patience);
        return group;
    }

    /// <summary>What one visitor has open: sockets that each echoed once, and a stream of which an event was read.</summary>
    private sealed class Group(PortalVisitor visitor) : IDisposable
    {
        private readonly List<Task> _reads = [];
        private int _echoes;
        private HttpMessageInvoker? _invoker;
        private Stream? _events;

        public List<ClientWebSocket> Sockets { get; } = [];

        public bool HasEnded => _reads.Exists(read => read.IsCompleted);

        public async Task OpenAsync(Version http)
        {
            _invoker = new HttpMessageInvoker(visitor.NewHandler());
            for (var i = 0; i < PerGroup; i++)
            {
                var socket = await visitor.OpenSocketAsync(http, _invoker);
                Sockets.Add(socket);
                await EchoAsync(socket);
            }

            var request = new HttpRequestMessage(HttpMethod.Get, new Uri(visitor.App, "/events")) { Version = http, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            request.Headers.Add("Accept", "text/event-stream");
            request.Headers.TryAddWithoutValidation("Cookie", visitor.Cookie);
            var answer = await _invoker.SendAsync(request, CancellationToken.None);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            _events = await answer.Content.ReadAsStreamAsync();
            Assert.NotEqual(0, await _events.ReadAsync(new byte[1]));
            _reads.Add(DrainAsync(_events));
            _reads.AddRange(Sockets.Select(EndAsync));
        }

        public Task EndsAsync() => Task.WhenAll(_reads);

        public async Task EchoesAsync()
        {
            Assert.False(HasEnded);
            foreach (var socket in Sockets)
            {
                await socket.SendAsync("once more"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            }

            await Eventually.TrueAsync(() => Volatile.Read(ref _echoes) == PerGroup, "every socket echoes");
            Assert.False(HasEnded);
        }

        public void Dispose()
        {
            Sockets.ForEach(socket => socket.Dispose());
            _events?.Dispose();
            _invoker?.Dispose();
            visitor.Dispose();
        }

        private static async Task EchoAsync(ClientWebSocket socket)
        {
            await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            var buffer = new byte[16];
            var got = await socket.ReceiveAsync(buffer, CancellationToken.None);
            Assert.Equal("hello", Encoding.ASCII.GetString(buffer, 0, got.Count));
        }

        private async Task EndAsync(ClientWebSocket socket)
        {
            try
            {
                while ((await socket.ReceiveAsync(new byte[16], CancellationToken.None)).MessageType != WebSocketMessageType.Close)
                {
                    Interlocked.Increment(ref _echoes);
                }
            }
            catch (WebSocketException)
            {
                // Cut, which is an end too.
            }
        }

        private static async Task DrainAsync(Stream events)
        {
            try
            {
                while (await events.ReadAsync(new byte[256]) > 0)
                {
                    // Another event.
                }
            }
            catch (Exception e) when (e is IOException or HttpRequestException)
            {
                // Cut, which is an end too.
            }
        }
    }
}
