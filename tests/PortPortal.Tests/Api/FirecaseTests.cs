using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using PortPortal.Tests.Forwarding.Contract;

namespace PortPortal.Tests.Api;

/// <summary>Firecase's documented calls, sent as its page prints them, to the real program.</summary>
[Collection(PortalDefinition.Name)]
public sealed class FirecaseTests(RunningPortal portal)
{
    private const string DocumentedBody = """
        {
            "guest_port": 3000,
            "protocol": "tcp",
            "label": "dev-server"
          }
        """;

    [Theory]
    [InlineData("")]
    [InlineData("/v1")]
    public async Task F06_F07_F24_Create_AsDocumented_AnswersAsDocumented(string prefix)
    {
        var id = await InstanceAsync();

        var (status, answer) = await SendAsync(HttpMethod.Post, $"{prefix}/instances/{id}/port-forwards", DocumentedBody);

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(["port_forward", "hostname"], NamesOf(answer));
        Assert.Equal("localhost", answer.GetProperty("hostname").GetString());
        var forward = answer.GetProperty("port_forward");
        Assert.Equal(["id", "instance_id", "guest_port", "host_port", "protocol", "label"], NamesOf(forward));
        Assert.Equal((id, 3000, "tcp", "dev-server"), (Text(forward, "instance_id"), Number(forward, "guest_port"), Text(forward, "protocol"), Text(forward, "label")));
    }

    [Fact]
    public async Task F02_Create_DrawsARandomHighPort()
    {
        var id = await InstanceAsync();

        var ports = new HashSet<int>();
        for (var i = 0; i < 5; i++)
        {
            ports.Add(HostPort(await CreateAsync(id, 3000)));
        }

        Assert.Equal(5, ports.Count);
        Assert.All(ports, port => Assert.InRange(port, 20000, 32767));
        Assert.NotEqual(ports.Max() - ports.Min(), ports.Count - 1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/v1")]
    public async Task F08_F09_List_ShowsThemAndDeleteRemovesOne(string prefix)
    {
        var id = await InstanceAsync();
        var first = await CreateAsync(id, 3000);
        var second = await CreateAsync(id, 4000);

        var (status, listed) = await SendAsync(HttpMethod.Get, $"{prefix}/instances/{id}/port-forwards");
        var (deleted, _) = await SendAsync(HttpMethod.Delete, $"{prefix}/instances/{id}/port-forwards/{Text(first, "id")}");
        var (_, left) = await SendAsync(HttpMethod.Get, $"{prefix}/instances/{id}/port-forwards");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NoContent), (status, deleted));
        Assert.Equal([Text(first, "id"), Text(second, "id")], IdsOf(listed));
        Assert.Equal([Text(second, "id")], IdsOf(left));
    }

    [Fact]
    public async Task F01_F03_F04_Forward_IsReachableAtHostnameAndPort()
    {
        using var database = new NamedEcho(NamedEcho.Listen(new(IPAddress.Loopback, FreePort.Next())), "a database");
        var forward = await CreateAsync(await InstanceAsync(), database.Port);

        await using var flow = await ConnectAsync(HostPort(forward));

        Assert.Equal("a database", flow?.App);
        Assert.True(await flow!.EchoAsync(100_000));
    }

    [Fact]
    public async Task F10_Delete_CutsOpenConnectionsRefusesNewOnesAndLetsGoOfThePort()
    {
        using var app = new NamedEcho(NamedEcho.Listen(new(IPAddress.Loopback, FreePort.Next())), "app");
        var id = await InstanceAsync();
        var (forward, other) = (await CreateAsync(id, app.Port), await CreateAsync(id, app.Port));
        await using var flow = await ConnectAsync(HostPort(forward));
        await using var otherFlow = await ConnectAsync(HostPort(other));

        await SendAsync(HttpMethod.Delete, $"/instances/{id}/port-forwards/{Text(forward, "id")}");

        Assert.False(await flow!.EchoAsync());
        Assert.Null(await ConnectAsync(HostPort(forward)));
        using var listener = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, HostPort(forward)));
        Assert.True(await otherFlow!.EchoAsync());
    }

    [Fact]
    public async Task F05_Create_InAStoppedInstance_IsRefused()
    {
        var id = await InstanceAsync();
        await portal.Api.PauseAsync(id);

        await AssertRefusedAsync(id, """{"guest_port":3000}""", HttpStatusCode.Conflict, "session_not_running");
    }

    [Theory]
    [InlineData("udp")]
    [InlineData("TCP")]
    [InlineData("http")]
    [InlineData("")]
    public async Task F11_Protocol_OtherThanTcp_IsRefused(string protocol) =>
        await AssertRefusedAsync(await InstanceAsync(), $$"""{"guest_port":3000,"protocol":"{{protocol}}"}""", HttpStatusCode.BadRequest, "invalid_protocol", "tcp");

    [Fact]
    public async Task F12_SshPort_IsRefusedForAdminsTooAndPointsToSsh() =>
        await AssertRefusedAsync(await InstanceAsync(), """{"guest_port":22}""", HttpStatusCode.Forbidden, "ssh_not_forwarded", "SSH forwarding");

    [Fact]
    public async Task F13_PrivilegedPort_IsForAdminsOnly()
    {
        using var member = await MemberAsync();
        var id = Text(await member.RegisterSessionAsync(new { address = "10.77.77.7" }), "id");

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => member.SendAsync(HttpMethod.Post, $"/instances/{id}/port-forwards", new { guest_port = 80 }));
        var (status, _) = await SendAsync(HttpMethod.Post, $"/instances/{id}/port-forwards", """{"guest_port":80}""");

        Assert.Equal(HttpStatusCode.Forbidden, refusal.StatusCode);
        Assert.Contains("admin_only", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, status);
    }

    [Fact]
    public async Task F14_SixthForward_IsRefusedAndADeletedOneFreesItsPlace()
    {
        var id = await InstanceAsync();
        var first = await CreateAsync(id, 3000);
        for (var i = 1; i < 5; i++)
        {
            await CreateAsync(id, 3000 + i);
        }

        await AssertRefusedAsync(id, """{"guest_port":4000}""", HttpStatusCode.Conflict, "quota_reached", "allows 5", "5 are in use");
        await SendAsync(HttpMethod.Delete, $"/instances/{id}/port-forwards/{Text(first, "id")}");

        await CreateAsync(id, 4000);
    }

    [Fact]
    public async Task F14_ManyAtOnce_NeverPassTheQuota()
    {
        var id = await InstanceAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => SendAsync(HttpMethod.Post, $"/instances/{id}/port-forwards", $$"""{"guest_port":{{3000 + i}}}""")));

        Assert.Equal(5, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.Equal(7, answers.Count(answer => answer.Status == HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task F17_TwoInstances_ForwardingTheSamePort_GetDifferentHostPorts()
    {
        var (one, two) = (await CreateAsync(await InstanceAsync(), 3000), await CreateAsync(await InstanceAsync(), 3000));

        Assert.NotEqual(HostPort(one), HostPort(two));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/v1")]
    public async Task F19_Key_MissingOrInvalid_Is401(string prefix)
    {
        var id = await InstanceAsync();
        foreach (var key in new[] { null, "pp_nobodynobodynobodynobodynobodynobody" })
        {
            using var client = portal.Process.Http.NewClient();
            client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
            using var answer = await client.GetAsync(new Uri(portal.Process.Portal, $"{prefix}/instances/{id}/port-forwards"));

            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Contains("api_key_required", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task F20_LabelAndProtocol_AreOptional()
    {
        var forward = await CreateAsync(await InstanceAsync(), 3000);

        Assert.Equal("tcp", Text(forward, "protocol"));
        Assert.False(forward.TryGetProperty("label", out _));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("3000.5")]
    [InlineData("\"3000\"")]
    [InlineData("null")]
    public async Task F21_GuestPort_ThatIsNone_Is400(string port) =>
        await AssertRefusedAsync(await InstanceAsync(), $$"""{"guest_port":{{port}}}""", HttpStatusCode.BadRequest, "invalid_port", "guest_port", "1 to 65535");

    [Fact]
    public async Task F22_Delete_TwiceOrUnknown_Is404()
    {
        var id = await InstanceAsync();
        var path = $"/instances/{id}/port-forwards/{Text(await CreateAsync(id, 3000), "id")}";

        var (first, _) = await SendAsync(HttpMethod.Delete, path);
        var (second, _) = await SendAsync(HttpMethod.Delete, path);
        var (unknown, _) = await SendAsync(HttpMethod.Delete, $"/instances/{id}/port-forwards/aaaaaaaaaaaa");

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound, HttpStatusCode.NotFound), (first, second, unknown));
    }

    [Fact]
    public async Task Delete_ThroughAnotherInstance_Is404AndLeavesIt()
    {
        var (mine, other) = (await InstanceAsync(), await InstanceAsync());
        var forward = await CreateAsync(mine, 3000);

        var (status, _) = await SendAsync(HttpMethod.Delete, $"/instances/{other}/port-forwards/{Text(forward, "id")}");

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal([Text(forward, "id")], IdsOf((await SendAsync(HttpMethod.Get, $"/instances/{mine}/port-forwards")).Answer));
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static int HostPort(JsonElement forward) => Number(forward, "host_port");

    private static List<string> NamesOf(JsonElement element) => [.. element.EnumerateObject().Select(member => member.Name)];

    private static List<string> IdsOf(JsonElement list) => [.. list.GetProperty("port_forwards").EnumerateArray().Select(forward => Text(forward, "id"))];

    private static Task<SocketFlow?> ConnectAsync(int port) =>
        SocketFlow.ConnectAsync(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp), new(IPAddress.Loopback, port));

    private async Task<string> InstanceAsync() => Text(await portal.Api.RegisterSessionAsync(new { address = "127.0.0.1" }), "id");

    private async Task<JsonElement> CreateAsync(string instance, int port)
    {
        var (status, answer) = await SendAsync(HttpMethod.Post, $"/instances/{instance}/port-forwards", $$"""{"guest_port":{{port}}}""");
        Assert.True(status == HttpStatusCode.Created, $"{status}: {answer}");
        return answer.GetProperty("port_forward");
    }

    private async Task AssertRefusedAsync(string instance, string body, HttpStatusCode status, string code, params string[] words)
    {
        var (answered, answer) = await SendAsync(HttpMethod.Post, $"/instances/{instance}/port-forwards", body);

        Assert.Equal((status, code), (answered, Text(answer, "code")));
        Assert.All(words, word => Assert.Contains(word, Text(answer, "detail"), StringComparison.Ordinal));
        Assert.Empty(IdsOf((await SendAsync(HttpMethod.Get, $"/instances/{instance}/port-forwards")).Answer).Take(status == HttpStatusCode.Conflict ? 0 : 1));
    }

    private async Task<PortalApi> MemberAsync()
    {
        var key = await portal.Api.SendAsync(HttpMethod.Post, "/v1/api-keys", new { name = "a member", role = "member" });
        return new(portal.Process.Http.NewClient(), portal.Process.Portal, Text(key, "key"));
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        using var response = await portal.Api.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text));
    }
}
