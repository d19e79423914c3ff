using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Data;
using PortPortal.Engine.Edge.Gates;
using PortPortal.Engine.Mail;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Revocations;

/// <summary>What is taken back stays taken back: by the API, over real connections, and after a restart.</summary>
public sealed class RevocationTests : IAsyncLifetime
{
    private static readonly TimeSpan CutWithin = TimeSpan.FromSeconds(1);
    private PortalApp _portal = null!;
    private EchoApp _app = null!;

    public async Task InitializeAsync()
    {
        _app = await EchoApp.StartAsync();
        _portal = await PortalApp.StartAsync();
        await _portal.Api.RegisterSessionAsync("shop");
    }

    public async Task DisposeAsync()
    {
        await _portal.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Disconnect_OfOne_CutsTheirSocketWithinASecondAndOutlivesARestart()
    {
        var (url, pin) = await ExposeAsync("pin");
        using var nina = await EnterAsync(url, pin, "127.0.0.2");
        using var sam = await EnterAsync(url, pin, "127.0.0.3");
        using var ninas = await nina.OpenSocketAsync();
        using var sams = await sam.OpenSocketAsync();
        var connection = await ConnectionAsync(seen => seen.GetProperty("from").GetString() == "127.0.0.2" && seen.GetProperty("webSockets").GetInt32() == 1);
        Assert.Equal("pin", connection.GetProperty("cameBy").GetString());

        await IsCutWithinASecondAsync(ninas, () => DeleteAsync($"connections/{connection.GetProperty("id").GetString()}"));

        Assert.Equal("still here", await EchoAsync(sams, "still here"));
        Assert.Equal("pin_required", await nina.CodeAsync());
        await _portal.RestartAsync();
        Assert.Equal("pin_required", await nina.CodeAsync());
        Assert.Null(await sam.CodeAsync());
        using var back = await nina.TryPinAsync(pin);
        Assert.Equal(HttpStatusCode.SeeOther, back.StatusCode);
        var entry = Assert.Single(await AuditAsync("visitor.disconnected"));
        Assert.Equal($"A PIN visitor at 127.0.0.2 was disconnected from port {_app.Port} of shop.", entry.Reason);
        Assert.DoesNotContain(pin, entry.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disconnect_AlsoKeepOut_KeepsTheAddressOutThroughARestartUntilItIsLifted()
    {
        var (url, pin) = await ExposeAsync("pin");
        using var nina = await EnterAsync(url, pin, "127.0.0.2");
        using var sam = await EnterAsync(url, pin, "127.0.0.3");
        using var ninas = await nina.OpenSocketAsync();
        var connection = await ConnectionAsync(seen => seen.GetProperty("from").GetString() == "127.0.0.2");

        await IsCutWithinASecondAsync(ninas, () => DeleteAsync($"connections/{connection.GetProperty("id").GetString()}?keepOut=true"));

        for (var restarted = 0; restarted < 2; restarted++)
        {
            Assert.Equal("not_allowed", await nina.CodeAsync());
            using var other = new PortalVisitor(From("127.0.0.2"), url);
            using var again = await other.TryPinAsync(pin);
            Assert.Equal(HttpStatusCode.Forbidden, again.StatusCode);
            Assert.Contains("This is closed to you", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Null(await sam.CodeAsync());
            if (restarted == 0)
            {
                await _portal.RestartAsync();
            }
        }

        var kept = Assert.Single((await GetAsync("kept-out")).GetProperty("keptOut").EnumerateArray());
        Assert.Equal("127.0.0.2", kept.GetProperty("address").GetString());
        await DeleteAsync($"kept-out/{kept.GetProperty("id").GetString()}");
        await DeleteAsync($"kept-out/{kept.GetProperty("id").GetString()}");
        await nina.EnterByPinAsync(pin);
        Assert.Null(await nina.CodeAsync());
        Assert.Single(await AuditAsync("visitor.let_back"));
    }

    [Fact]
    public async Task KeepOut_OfAnAddressOnTheList_CutsThemAndSendsNoMoreCodes()
    {
        var (url, _) = await ExposeAsync("email", "*@example.com");
        using var nina = await EnterByCodeAsync(url, "nina@example.com");
        using var sam = await EnterByCodeAsync(url, "sam@example.com");
        using var ninas = await nina.OpenSocketAsync();
        using var sams = await sam.OpenSocketAsync();

        await IsCutWithinASecondAsync(ninas, () => _portal.Api.SendAsync(HttpMethod.Post, Path("kept-out"), new { email = "Nina@Example.com", until = TimeProvider.System.GetUtcNow().AddHours(1) }));

        Assert.Equal("hello", await EchoAsync(sams, "hello"));
        Assert.Equal("not_allowed", await nina.CodeAsync());
        var mails = _portal.Get<Outbox>().Items.Count;
        using var asked = await nina.PostAsync(EmailGate.AddressPath, ("email", "nina@example.com"));
        Assert.Equal(HttpStatusCode.Unauthorized, asked.StatusCode);
        Assert.Equal(mails, _portal.Get<Outbox>().Items.Count);
    }

    [Fact]
    public async Task DisconnectAll_CutsEveryoneAndOutlivesARestart()
    {
        var (url, pin) = await ExposeAsync("pin");
        using var nina = await EnterAsync(url, pin, "127.0.0.2");
        using var sam = await EnterAsync(url, pin, "127.0.0.3");
        using var ninas = await nina.OpenSocketAsync();
        using var sams = await sam.OpenSocketAsync();

        JsonElement answer = default;
        await IsCutWithinASecondAsync(ninas, async () => answer = await _portal.Api.SendAsync(HttpMethod.Delete, Path("connections")));

        Assert.Equal(2, answer.GetProperty("disconnected").GetInt32());
        Assert.True(await EndsAsync(sams).WaitAsync(CutWithin));
        await _portal.RestartAsync();
        Assert.Equal("pin_required", await nina.CodeAsync());
        Assert.Equal("pin_required", await sam.CodeAsync());
    }

    [Theory]
    [InlineData("""{}""", "email:invalid_request")]
    [InlineData("""{"email":"nina@example.com","address":"127.0.0.9"}""", "email:invalid_request")]
    [InlineData("""{"email":"nina"}""", "email:invalid_request")]
    [InlineData("""{"address":"everywhere","until":"2001-01-01T00:00:00Z","x":1}""", "address:invalid_request", "until:invalid_request", "x:unknown_member")]
    public async Task KeepOut_AskedForWrongly_NamesEveryFaultAndKeepsNobodyOut(string body, params string[] faults)
    {
        await ExposeAsync("pin");
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _portal.Api.Http.PostAsync(Path("kept-out"), content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(faults, problem.GetProperty("errors").EnumerateArray().Select(fault => $"{fault.GetProperty("field").GetString()}:{fault.GetProperty("code").GetString()}").Order(StringComparer.Ordinal));
        Assert.Empty((await GetAsync("kept-out")).GetProperty("keptOut").EnumerateArray());
    }

    [Theory]
    [InlineData("connections/x?keepOut=maybe", 400)]
    [InlineData("connections/x?until=2030-01-01T00:00:00Z", 400)]
    [InlineData("connections/x?keepOut=true&until=soon", 400)]
    [InlineData("connections/x?keepOut=true&until=2001-01-01T00:00:00Z", 400)]
    [InlineData("connections/x?keepOut=true", 404)]
    public async Task Disconnect_AskedForWrongly_IsRefused(string path, int status)
    {
        await ExposeAsync("pin");

        using var answer = await _portal.Api.Http.DeleteAsync(new Uri(Path(path), UriKind.Relative));

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Connections_ForAViewer_MayBeSeenAndNotCut()
    {
        await ExposeAsync("public");
        var key = (await _portal.Api.SendAsync(HttpMethod.Post, "/v1/api-keys", new { name = "looks", role = "viewer" })).GetProperty("key").GetString()!;
        using var viewer = new PortalApi(_portal.Http.NewClient(), _portal.Portal, key);

        Assert.Equal(JsonValueKind.Array, (await viewer.SendAsync(HttpMethod.Get, Path("connections"))).GetProperty("connections").ValueKind);
        foreach (var (method, path) in new[] { (HttpMethod.Delete, "connections"), (HttpMethod.Delete, "connections/x"), (HttpMethod.Delete, "kept-out/x"), (HttpMethod.Post, "kept-out") })
        {
            using var request = new HttpRequestMessage(method, Path(path));
            using var answer = await viewer.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }

    private async Task<(Uri Url, string Pin)> ExposeAsync(string access, params string[] allowedEmails)
    {
        var exposed = await _portal.Api.ExposeAsync("shop", new { port = _app.Port, access, allowedEmails });
        return (new(exposed.GetProperty("url").GetString()!), exposed.TryGetProperty("pin", out var pin) ? pin.GetString()! : "");
    }

    private PortalHttp From(string address) => _portal.Http.ComingFrom(IPAddress.Parse(address));

    private async Task<PortalVisitor> EnterAsync(Uri url, string pin, string address)
    {
        var visitor = new PortalVisitor(From(address), url);
        await visitor.EnterByPinAsync(pin);
        return visitor;
    }

    private async Task<PortalVisitor> EnterByCodeAsync(Uri url, string email)
    {
        var visitor = new PortalVisitor(_portal.Http, url);
        using var asked = await visitor.PostAsync(EmailGate.AddressPath, ("email", email));
        var mail = _portal.Get<Outbox>().Items.Values.Single(mail => mail.To.ToString() == email);
        using var entered = await visitor.PostAsync(EmailGate.CodePath, ("code", mail.Subject[..6]));
        Assert.Equal(HttpStatusCode.SeeOther, entered.StatusCode);
        return visitor;
    }

    private string Path(string end) => $"/v1/sessions/shop/ports/{_app.Port}/{end}";

    private Task<JsonElement> GetAsync(string end) => _portal.Api.SendAsync(HttpMethod.Get, Path(end));

    private Task<JsonElement> DeleteAsync(string end) => _portal.Api.SendAsync(HttpMethod.Delete, Path(end));

    private async Task<JsonElement> ConnectionAsync(Func<JsonElement, bool> which)
    {
        JsonElement found = default;
        await Eventually.TrueAsync(
            async () =>
            {
                found = (await GetAsync("connections")).GetProperty("connections").EnumerateArray().FirstOrDefault(which);
                return found.ValueKind == JsonValueKind.Object;
            },
            "the visitor is listed");
        return found;
    }

    private async Task<IReadOnlyList<AuditEntry>> AuditAsync(string action) =>
        await _portal.Get<Database>().RunAsync(db => db.Set<AuditEntry>().Where(entry => entry.Action == action).ToListAsync());

    /// <summary>Timed from the act's answer: what the API said is done, is done.</summary>
    private static async Task IsCutWithinASecondAsync(WebSocket socket, Func<Task> act)
    {
        var ends = EndsAsync(socket);
        await act();
        var answered = Stopwatch.GetTimestamp();
        Assert.True(await ends.WaitAsync(CutWithin), "the socket said something instead");
        Assert.InRange(Stopwatch.GetElapsedTime(answered), TimeSpan.Zero, CutWithin);
    }

    private static async Task<bool> EndsAsync(WebSocket socket)
    {
        try
        {
            return (await socket.ReceiveAsync(new byte[16], CancellationToken.None)).MessageType == WebSocketMessageType.Close;
        }
        catch (WebSocketException)
        {
            return true;
        }
    }

    private static async Task<string> EchoAsync(WebSocket socket, string text)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, deadline.Token);
        var buffer = new byte[64];
        var received = await socket.ReceiveAsync(buffer, deadline.Token);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }
}
