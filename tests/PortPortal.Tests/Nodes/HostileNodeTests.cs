using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PortPortal.Engine.Agent;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Nodes.Protocol;
using PortPortal.Engine.Nodes.Streams;
using PortPortal.Engine.Tunnels.WireGuard;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Nodes;

/// <summary>A machine that lies: nothing it says changes what is not its own.</summary>
public sealed class HostileNodeTests : IAsyncLifetime, IDisposable
{
    private const long Gigabyte = 1_000_000_000;
    private const long Soon = 64_000_000; // what the buffers on the way hold, and then some
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly TempDirectory _directory = new();
    private PortalApp _portal = null!;

    public async Task InitializeAsync() => _portal = await PortalApp.StartAsync(new Dictionary<string, string?> { ["Nodes:WireGuard"] = "Off" });

    public async Task DisposeAsync() => await _portal.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task F12_Token_UsedTwiceForgedOrOver_LetsNobodyIn()
    {
        var token = await NewTokenAsync("far");
        await using var agent = await AgentApp.StartAsync(_portal, token);
        var parts = token.Split('_');
        var forged = string.Join('_', [.. parts[..2], new string('a', parts[2].Length), .. parts[3..]]);
        var ofNobody = string.Join('_', [parts[0], "aaaaaaaaaaaa", .. parts[2..]]);

        foreach (var bad in new[] { token, forged, ofNobody })
        {
            var refused = await Assert.ThrowsAsync<InvalidDataException>(() => AgentApp.StartAsync(_portal, bad));
            Assert.Contains("wrong, used or over", refused.Message, StringComparison.Ordinal);
        }

        Assert.Single(_portal.Get<NodeFeed>().Items);
    }

    [Fact]
    public async Task Token_ThatNamesAnotherAuthority_IsNotEvenSent()
    {
        var parts = (await NewTokenAsync("far")).Split('_');
        var elsewhere = string.Join('_', [.. parts[..3], new string('0', 64)]);

        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => AgentApp.StartAsync(_portal, elsewhere));

        Assert.Contains("not the portal that the token is from", refused.Message, StringComparison.Ordinal);
        Assert.Null(_portal.Get<NodeFeed>().FindByIdOrName("far")!.JoinedAt);
    }

    [Fact]
    public async Task F6_Hello_WithAnothersIdOrAnOldSignature_IsCutOff()
    {
        await using var victim = await AgentApp.JoinAsync(_portal, "victim");
        var (id, own) = await JoinByHandAsync("rogue");

        foreach (var lie in new Func<byte[], Hello>[]
        {
            nonce => HelloOf(own, victim.Id, nonce),
            _ => HelloOf(own, id, new byte[NodeKey.NonceLength]),
            nonce => HelloOf(own, id, nonce) with { TunnelKey = WireGuardIdentity.LoadOrCreate(_directory.File("other")).PublicKey.Text },
            nonce => HelloOf(own, id, nonce) with { Signature = [] },
        })
        {
            await using var stranger = await ConnectAsync();
            await stranger.SayAsync(lie((await stranger.HearAsync<Challenge>()).Nonce));
            Assert.True(await stranger.IsCutAsync());
        }

        Assert.Null(_portal.Get<NodeLinks>().SilenceOf(id));
        Assert.NotNull(_portal.Get<NodeLinks>().SilenceOf(victim.Id));
    }

    [Fact]
    public async Task Report_AboutAnothersPorts_IsNotKept()
    {
        await using var app = await EchoApp.StartAsync();
        await using var victim = await AgentApp.JoinAsync(_portal, "victim");
        await _portal.Api.RegisterSessionAsync(new { name = "shop", address = "127.0.0.1", node = "victim" });
        await _portal.Api.ExposeAsync("shop", app.Port);
        var exposure = _portal.Get<Engine.Exposures.ExposureFeed>().Items.Values.Single();
        await Eventually.TrueAsync(() => _portal.Get<Engine.Exposures.ExposureFeed>().Find(exposure.Id)?.Listening == true, "the port is seen listening");
        var (id, own) = await JoinByHandAsync("rogue");
        await using var rogue = await ConnectAsync();
        await rogue.SayAsync(HelloOf(own, id, (await rogue.HearAsync<Challenge>()).Nonce));
        var told = await rogue.HearAsync<Desired>();

        await rogue.SayAsync(new Report { Revision = told.Revision, Ports = [new() { Id = exposure.Id, Listening = false, Fault = "It is mine now.", BytesIn = -5 }] });
        await Eventually.TrueAsync(() => _portal.Get<NodeLinks>().RevisionOf(id) is not null, "the report was read");

        Assert.Empty(told.Ports);
        Assert.Empty(_portal.Get<NodeLinks>().ReportsOf(id)!);
        Assert.True(_portal.Get<Engine.Exposures.ExposureFeed>().Find(exposure.Id)!.Listening);
    }

    [Fact]
    public async Task Node_ThatTalksWithoutEnd_IsCutAndCostsNoMemory()
    {
        var (id, own) = await JoinByHandAsync("rogue");
        await using var rogue = await ConnectAsync();
        await rogue.SayAsync(HelloOf(own, id, (await rogue.HearAsync<Challenge>()).Nonce));
        await rogue.HearAsync<Desired>();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var megabyte = new Report { Revision = 1, Ports = [.. Enumerable.Range(0, 10_000).Select(i => new PortReport { Id = $"{i:000000000000}", Fault = new string('x', 60) })] };

        var said = 0;
        while (said < 1000 && !rogue.IsEnded)
        {
            await rogue.TrySayAsync(megabyte);
            said++;
        }

        Assert.True(await rogue.IsCutAsync());
        Assert.InRange(said, 1, 20);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 20_000_000);
        Assert.Null(_portal.Get<NodeLinks>().SilenceOf(id));
    }

    [Fact]
    public async Task Node_ThatSendsAGigabyteNobodyAskedFor_IsCutAtOnceAndCostsNoMemory()
    {
        var (id, own) = await JoinByHandAsync("rogue");
        await using var rogue = await ConnectAsync();
        await rogue.SayAsync(HelloOf(own, id, (await rogue.HearAsync<Challenge>()).Nonce));
        await rogue.HearAsync<Desired>();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var sent = 0L;
        while (sent < Gigabyte && await rogue.TrySendDataAsync(channel: 7, new byte[Frame.MaxData]))
        {
            sent += Frame.MaxData;
        }

        Assert.True(await rogue.IsCutAsync());
        Assert.InRange(sent, 0, Soon);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 20_000_000);
        await Eventually.TrueAsync(() => _portal.Get<NodeLinks>().SilenceOf(id) is null, "its stream is gone");
    }

    [Fact]
    public async Task Stranger_WhoSendsAGigabyte_IsCutAtTheFirstBytes()
    {
        byte[][] heads =
        [
            [0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF], // a message of 16 MB, the most that can be said
            [0, 0, 0, 0, 0, 0, 0, 0], // messages of nothing
            [4, 0, 0, 0, 1, 0, 0x80, 0], // data before a proof
            [0xFF, 0, 0, 0, 1, 0, 0, 1], // no kind of piece
        ];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var head in heads)
        {
            await using var tls = await OpenAsync();
            Assert.InRange(await PourAsync(tls, head, new byte[1_000_000]), 0, Soon);
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 20_000_000);
    }

    [Fact]
    public async Task Join_WithABodyWithoutEnd_IsReadNoFurther()
    {
        var chunk = Encoding.ASCII.GetBytes($"100000\r\n{new string('[', 0x100000)}\r\n");
        foreach (var length in new[] { "Content-Length: 1000000000", "Transfer-Encoding: chunked" })
        {
            await using var tls = await _portal.Http.OpenTlsAsync(_portal.Portal.Host, CancellationToken.None);
            var head = Encoding.ASCII.GetBytes($"POST /v1/nodes/join HTTP/1.1\r\nHost: {_portal.Portal.Authority}\r\nContent-Type: application/json\r\n{length}\r\n\r\n");

            Assert.InRange(await PourAsync(tls, head, chunk), 0, Soon);
        }
    }

    [Fact]
    public async Task Stream_WithoutAProof_IsPutOutAndTellsNothing()
    {
        await using var stranger = await ConnectAsync();
        await stranger.HearAsync<Challenge>();

        await stranger.SayAsync(new Report { Revision = 1, Ports = [] });

        Assert.True(await stranger.IsCutAsync());
    }

    [Theory]
    [InlineData("websocket")]
    [InlineData("portportal-node/2")]
    public async Task Stream_OfAnotherProtocol_IsRefused(string protocol)
    {
        await using var tls = await _portal.Http.OpenTlsAsync(_portal.Portal.Host, CancellationToken.None);
        await tls.WriteAsync(Encoding.ASCII.GetBytes($"GET /v1/nodes/stream HTTP/1.1\r\nHost: {_portal.Portal.Authority}\r\nConnection: Upgrade\r\nUpgrade: {protocol}\r\n\r\n"));

        var answer = new byte[64];
        await tls.ReadAtLeastAsync(answer, 12).AsTask().WaitAsync(Patience);

        Assert.StartsWith("HTTP/1.1 400", Encoding.ASCII.GetString(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NewKey_WithoutItsOwnersSignature_IsCutOff()
    {
        var (id, own) = await JoinByHandAsync("rogue");
        await using var rogue = await ConnectAsync();
        var nonce = (await rogue.HearAsync<Challenge>()).Nonce;
        await rogue.SayAsync(HelloOf(own, id, nonce));
        await rogue.HearAsync<Desired>();
        var before = _portal.Get<NodeService>().KeysOf(id)!.TunnelKey;

        await rogue.SayAsync(new NewKey(NewTunnelKey("next"), own.Sign(_portal.Portal.Host, id, nonce, NewTunnelKey("another"))));

        Assert.True(await rogue.IsCutAsync());
        Assert.Equal(before, _portal.Get<NodeService>().KeysOf(id)!.TunnelKey);
    }

    [Fact]
    public async Task NewKey_WithItsOwnersSignature_IsTakenAtOnceWhereNoTunnelCouldBeCut()
    {
        var (id, own) = await JoinByHandAsync("far");
        await using var node = await ConnectAsync();
        var nonce = (await node.HearAsync<Challenge>()).Nonce;
        await node.SayAsync(HelloOf(own, id, nonce));
        await node.HearAsync<Desired>();

        await node.SayAsync(new NewKey(NewTunnelKey("next"), own.Sign(_portal.Portal.Host, id, nonce, NewTunnelKey("next"))));

        await Eventually.TrueAsync(() => _portal.Get<NodeService>().KeysOf(id)!.TunnelKey.Text == NewTunnelKey("next"), "the key is taken");
        Assert.Contains("node.key_changed", (await _portal.Api.SendAsync(HttpMethod.Get, "/v1/audit")).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NewKey_WhereATunnelIsOpen_WaitsForItsHandshake_AndAnothersKeyIsNeverTaken()
    {
        await using var victim = await AgentApp.JoinAsync(_portal, "victim");
        var nodes = _portal.Get<NodeService>();
        var (id, own) = await JoinByHandAsync("rogue");
        var (before, ofVictim) = (nodes.KeysOf(id)!.TunnelKey, nodes.KeysOf(victim.Id)!.TunnelKey);
        Assert.True(WireGuardKey.TryParse(NewTunnelKey("next"), out var next));

        await nodes.ExpectTunnelKeyAsync(id, ofVictim, isOpen: true, CancellationToken.None);
        Assert.Equal((before, null), (nodes.KeysOf(id)!.TunnelKey, nodes.KeysOf(id)!.AwaitedKey));
        await nodes.ExpectTunnelKeyAsync(id, next, isOpen: true, CancellationToken.None);
        Assert.Equal((before, next), (nodes.KeysOf(id)!.TunnelKey, nodes.KeysOf(id)!.AwaitedKey));

        await using var rogue = await ConnectAsync();
        var nonce = (await rogue.HearAsync<Challenge>()).Nonce;
        await rogue.SayAsync(HelloOf(own, id, nonce) with { TunnelKey = ofVictim.Text, Signature = own.Sign(_portal.Portal.Host, id, nonce, ofVictim.Text) });
        await rogue.HearAsync<Desired>();
        Assert.Equal(before, nodes.KeysOf(id)!.TunnelKey);
    }

    [Fact]
    public async Task Node_OfTheFormerVersion_IsServed_AndAskedForNoNewKey()
    {
        var (id, own) = await JoinByHandAsync("old");
        await using var old = await ConnectAsync();
        await old.SayAsync(HelloOf(own, id, (await old.HearAsync<Challenge>()).Nonce));
        await old.HearAsync<Desired>();

        using var answer = await _portal.Api.Http.PostAsync("/v1/nodes/old/tunnel-key", null);
        using var ofNobody = await _portal.Api.Http.PostAsync("/v1/nodes/nobody/tunnel-key", null);
        using var ofEdge = await _portal.Api.Http.PostAsync("/v1/nodes/local/tunnel-key", null);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("earlier version", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Conflict), (ofNobody.StatusCode, ofEdge.StatusCode));
    }

    /// <summary>A later version's messages name more than this one knows.</summary>
    [Fact]
    public void Message_WithMembersOfALaterVersion_IsReadWithoutThem()
    {
        var desired = JsonSerializer.Deserialize("""{"is":"desired","revision":7,"ports":[],"later":{"a":1}}""", ProtocolJson.Default.PortalMessage);
        var hello = JsonSerializer.Deserialize("""{"is":"hello","node":"n","signature":"","later":[1]}""", ProtocolJson.Default.NodeMessage);

        Assert.Equal(7, Assert.IsType<Desired>(desired).Revision);
        Assert.Equal(0, Assert.IsType<Hello>(hello).Protocol);
    }

    private string NewTunnelKey(string name) => WireGuardIdentity.LoadOrCreate(_directory.File(name)).PublicKey.Text;

    private async Task<string> NewTokenAsync(string name) => (await _portal.Api.SendAsync(HttpMethod.Post, "/v1/nodes", new { name })).GetProperty("token").GetString()!;

    private async Task<(string Id, NodeIdentity Own)> JoinByHandAsync(string name)
    {
        var token = await NewTokenAsync(name);
        var own = NodeIdentity.LoadOrCreate(_directory.File($"{name}.key"));
        var answer = await _portal.Api.SendAsync(HttpMethod.Post, "/v1/nodes/join", new { token, publicKey = Convert.ToBase64String(own.PublicKey), tunnelKey = TunnelKey });
        return (answer.GetProperty("id").GetString()!, own);
    }

    private string TunnelKey => WireGuardIdentity.LoadOrCreate(_directory.File("wireguard")).PublicKey.Text;

    private Hello HelloOf(NodeIdentity own, string id, byte[] nonce) =>
        new() { Node = id, Signature = own.Sign(_portal.Portal.Host, id, nonce, TunnelKey), TunnelKey = TunnelKey };

    private async Task<RawNode> ConnectAsync() => new(await OpenAsync());

    /// <summary>A stream that the portal has taken, and on which nothing was said yet.</summary>
    private async Task<SslStream> OpenAsync()
    {
        var tls = await _portal.Http.OpenTlsAsync(_portal.Portal.Host, CancellationToken.None);
        await tls.WriteAsync(Encoding.ASCII.GetBytes($"GET /v1/nodes/stream HTTP/1.1\r\nHost: {_portal.Portal.Authority}\r\nConnection: Upgrade\r\nUpgrade: portportal-node/1\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 101", await ReadHeadAsync(tls), StringComparison.Ordinal);
        return tls;
    }

    /// <summary>Writes for as long as it is listened to.</summary>
    /// <returns>How many bytes that were.</returns>
    private static async Task<long> PourAsync(SslStream tls, byte[] head, byte[] more)
    {
        var sent = 0L;
        try
        {
            await tls.WriteAsync(head);
            while (sent < Gigabyte)
            {
                await tls.WriteAsync(more).AsTask().WaitAsync(Patience);
                sent += more.Length;
            }
        }
        catch (IOException)
        {
            // Cut off, as it should be.
        }

        return sent;
    }

    /// <summary>Up to the empty line, or to the end of the connection.</summary>
    private static async Task<string> ReadHeadAsync(SslStream tls)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        try
        {
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await tls.ReadAsync(one) == 1)
            {
                head.Append((char)one[0]);
            }
        }
        catch (IOException)
        {
            // It was cut without another word.
        }

        return head.ToString();
    }

    /// <summary>A node's end of the stream that says whatever a test wants.</summary>
    private sealed class RawNode : IAsyncDisposable
    {
        private readonly Multiplexer _stream;
        private readonly System.Threading.Channels.Channel<PortalMessage> _heard = System.Threading.Channels.Channel.CreateUnbounded<PortalMessage>();
        private readonly Task _runs;

        public RawNode(SslStream tls)
        {
            _stream = new(tls, TimeProvider.System);
            _runs = _stream.RunAsync(() => Frame.MaxMessage, Hear, CancellationToken.None);
        }

        public bool IsEnded => _stream.Ended.IsCancellationRequested;

        public async Task<T> HearAsync<T>()
            where T : PortalMessage
        {
            using var deadline = new CancellationTokenSource(Patience);
            while (true)
            {
                if (await _heard.Reader.ReadAsync(deadline.Token) is T message)
                {
                    return message;
                }
            }
        }

        public async Task SayAsync(NodeMessage message) =>
            await _stream.SendMessageAsync(JsonSerializer.SerializeToUtf8Bytes(message, ProtocolJson.Default.NodeMessage), CancellationToken.None);

        /// <returns>False where the stream is over.</returns>
        public async Task<bool> TrySendDataAsync(uint channel, byte[] data)
        {
            try
            {
                await _stream.WriteDataAsync(channel, data, CancellationToken.None);
                return true;
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
            {
                return false;
            }
        }

        public async Task TrySayAsync(NodeMessage message)
        {
            try
            {
                await SayAsync(message);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // Cut off, as it should be.
            }
        }

        public async Task<bool> IsCutAsync()
        {
            await _runs.WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return _runs.IsCompleted;
        }

        public ValueTask DisposeAsync() => _stream.DisposeAsync();

        private ValueTask Hear(ReadOnlyMemory<byte> json)
        {
            _heard.Writer.TryWrite(JsonSerializer.Deserialize(json.Span, ProtocolJson.Default.PortalMessage)!);
            return ValueTask.CompletedTask;
        }
    }
}
