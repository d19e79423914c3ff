using System.Net;
using System.Text;
using System.Text.Json;

namespace PortPortal.Tests.Api;

/// <summary>Every call, sent wrongly: the status, every fault's code and field, and nothing done.</summary>
[Collection(PortalDefinition.Name)]
public sealed class BadInputTests(RunningPortal portal)
{
    public static TheoryData<string, string, string, int, string[]> Requests => new()
    {
        { "POST", "/v1/sessions", "{}", 400, ["address:invalid_address"] },
        { "POST", "/v1/sessions", """{"address":"169.254.169.254"}""", 400, ["address:invalid_address"] },
        { "POST", "/v1/sessions", """{"address":"example.com","name":"Bad_Name","expiresAt":"2001-01-01T00:00:00Z"}""", 400, ["address:invalid_address", "name:invalid_name", "expiresAt:invalid_request"] },
        { "POST", "/v1/sessions", """{"address":"127.0.1.1","name":"portal"}""", 400, ["name:invalid_name"] },
        { "POST", "/v1/sessions", """{"address":7,"name":true,"network":[]}""", 400, ["address:invalid_request", "name:invalid_request", "network:invalid_request"] },
        { "POST", "/v1/sessions", """{"address":"127.0.1.1","network":{"ingress":{"allowPorts":["x"]}}}""", 400, ["network.ingress.allowPorts:invalid_request"] },
        {
            "POST", "/v1/sessions", """{"address":"127.0.1.1","network":{"expose":[{"port":70000},{"access":"vip"},{"port":22},{"port":80,"protocol":"udp"}]}}""", 400,
            ["network.expose[0].port:invalid_port", "network.expose[1].port:invalid_port", "network.expose[1].access:invalid_access", "network.expose[2].port:ssh_not_forwarded", "network.expose[3].protocol:invalid_protocol"]
        },
        { "POST", "/v1/sessions", """{"address":"127.0.1.1","network":{"expose":[{"port":3000},{"port":3000}]}}""", 400, ["network.expose:invalid_port"] },
        { "POST", "/v1/sessions", "{", 400, [":invalid_request"] },
        { "POST", "/v1/sessions", "[]", 400, [":invalid_request"] },
        { "POST", "/v1/sessions", """{"address":"127.0.1.1","address":"127.0.1.2"}""", 400, [":invalid_request"] },
        { "GET", "/v1/sessions?state=asleep", "", 400, ["state:invalid_request"] },
        { "GET", "/v1/sessions/nobody", "", 404, [":not_found"] },
        { "DELETE", "/v1/sessions/nobody", "", 404, [":not_found"] },
        { "DELETE", "/v1/sessions/this-machine", "", 409, [":session_not_running"] },
        { "POST", "/v1/sessions/this-machine/pause", "", 409, [":session_not_running"] },
        { "POST", "/v1/sessions/nobody/pause", "", 404, [":not_found"] },
        { "POST", "/v1/sessions/nobody/resume", "", 404, [":not_found"] },
        { "GET", "/v1/sessions/nobody/ports", "", 404, [":not_found"] },
        { "POST", "/v1/sessions/nobody/ports", """{"port":3000}""", 404, [":not_found"] },
        { "POST", "/v1/sessions/this-machine/ports", "{}", 400, ["port:invalid_port"] },
        { "POST", "/v1/sessions/this-machine/ports", """{"port":3000.5}""", 400, ["port:invalid_port"] },
        { "POST", "/v1/sessions/this-machine/ports", """{"port":"3000"}""", 400, ["port:invalid_port"] },
        { "POST", "/v1/sessions/this-machine/ports", """{"port":0}""", 400, ["port:invalid_port"] },
        { "POST", "/v1/sessions/this-machine/ports", """{"port":-1}""", 400, ["port:invalid_port"] },
        { "POST", "/v1/sessions/this-machine/ports", """{"port":22}""", 403, ["port:ssh_not_forwarded"] },
        {
            "POST", "/v1/sessions/this-machine/ports", """{"port":99999,"acess":"sso","access":"vip","protocol":"gopher","name":"-x-","label":"\u0007","allowedEmails":"a@b.example","expiresAt":"soon"}""", 400,
            ["port:invalid_port", "acess:unknown_member", "access:invalid_access", "protocol:invalid_protocol", "name:invalid_name", "label:invalid_request", "allowedEmails:invalid_request", "expiresAt:invalid_request"]
        },
        { "PATCH", "/v1/sessions/this-machine/ports/70000", "{}", 400, ["port:invalid_port"] },
        { "PATCH", "/v1/sessions/this-machine/ports/x", "{}", 400, ["port:invalid_port"] },
        { "PATCH", "/v1/sessions/this-machine/ports/3000", """{"access":"vip","labl":"x"}""", 400, ["access:invalid_access", "labl:unknown_member"] },
        { "PATCH", "/v1/sessions/this-machine/ports/3000", """{"label":"x"}""", 404, [":not_found"] },
        { "DELETE", "/v1/sessions/this-machine/ports/0", "", 400, ["port:invalid_port"] },
        { "DELETE", "/v1/sessions/nobody/ports/3000", "", 404, [":not_found"] },
        { "POST", "/v1/sessions/this-machine/ports/x/pin", "", 400, ["port:invalid_port"] },
        { "POST", "/v1/sessions/this-machine/ports/3000/pin", "", 404, [":not_found"] },
        { "POST", "/v1/sessions/nobody/ports/3000/pin", "", 404, [":not_found"] },
        { "GET", "/v1/sessions/nobody/port-forwards", "", 404, [":not_found"] },
        { "POST", "/v1/sessions/nobody/port-forwards", """{"guestPort":3000}""", 404, [":not_found"] },
        { "POST", "/v1/sessions/this-machine/port-forwards", "{}", 400, ["guestPort:invalid_port"] },
        { "POST", "/v1/sessions/this-machine/port-forwards", """{"guestPort":22,"protocol":"udp","label":7,"sources":["10.0.0.1/8","::ffff:10.0.0.1","x"],"knock":1,"expiresAt":"2001-01-01T00:00:00Z","port":1}""", 400,
            ["label:invalid_request", "knock:invalid_request", "port:unknown_member", "guestPort:ssh_not_forwarded", "expiresAt:invalid_request", "sources[0]:invalid_request", "sources[1]:invalid_request", "sources[2]:invalid_request", "protocol:invalid_protocol"] },
        { "PATCH", "/v1/sessions/nobody/port-forwards/aaaaaaaaaaaa", """{"knock":true}""", 404, [":not_found"] },
        { "PATCH", "/v1/sessions/this-machine/port-forwards/aaaaaaaaaaaa", """{"knock":true}""", 404, [":not_found"] },
        { "PATCH", "/v1/sessions/this-machine/port-forwards/aaaaaaaaaaaa", """{"label":7,"sources":["10.0.0.1/8","x"],"knock":1,"expiresAt":"2001-01-01T00:00:00Z","hostPort":20000}""", 400,
            ["label:invalid_request", "sources[0]:invalid_request", "sources[1]:invalid_request", "knock:invalid_request", "expiresAt:invalid_request", "hostPort:unknown_member"] },
        { "PUT", "/v1/sessions/this-machine/port-forwards/aaaaaaaaaaaa", "{}", 405, [":method_not_allowed"] },
        { "DELETE", "/v1/sessions/this-machine/port-forwards/aaaaaaaaaaaa", "", 404, [":not_found"] },
        { "POST", "/v1/nodes/nowhere/repair", "", 404, [":not_found"] },
        { "POST", "/instances/nobody/port-forwards", """{"guest_port":3000}""", 404, [":not_found"] },
        { "POST", "/instances/this-machine/port-forwards", """{"guestPort":3000}""", 400, ["guest_port:invalid_port", "guestPort:unknown_member"] },
        { "PUT", "/instances/this-machine/port-forwards", "{}", 405, [":method_not_allowed"] },
        { "GET", "/v1/sessions/this-machine/ports/x/connections", "", 400, ["port:invalid_port"] },
        { "GET", "/v1/sessions/this-machine/ports/3000/connections", "", 404, [":not_found"] },
        { "GET", "/v1/sessions/nobody/ports/3000/kept-out", "", 404, [":not_found"] },
        { "DELETE", "/v1/sessions/this-machine/ports/3000/connections", "", 404, [":not_found"] },
        { "DELETE", "/v1/sessions/this-machine/ports/0/connections/x", "", 400, ["port:invalid_port"] },
        { "DELETE", "/v1/sessions/this-machine/ports/3000/connections/x", "", 404, [":not_found"] },
        { "POST", "/v1/sessions/this-machine/ports/3000/kept-out", """{"email":"a@b.example"}""", 404, [":not_found"] },
        { "DELETE", "/v1/sessions/this-machine/ports/3000/kept-out/x", "", 404, [":not_found"] },
        { "PATCH", "/v1/sessions/nobody", """{"expiresAt":"2999-01-01T00:00:00Z"}""", 404, [":not_found"] },
        { "PATCH", "/v1/sessions/this-machine", """{"expiresAt":"2001-01-01T00:00:00Z","nmae":"x"}""", 400, ["expiresAt:invalid_request", "nmae:unknown_member"] },
        { "PATCH", "/v1/sessions/this-machine", """{"expiresAt":"2999-01-01T00:00:00Z"}""", 409, [":session_not_running"] },
        { "POST", "/v1/sessions/this-machine/ports", """{"port":3000,"closeAfterIdleSeconds":59}""", 400, ["closeAfterIdleSeconds:invalid_request"] },
        { "PATCH", "/v1/sessions/this-machine/ports/3000", """{"closeAfterIdleSeconds":"soon"}""", 400, ["closeAfterIdleSeconds:invalid_request"] },
        { "PUT", "/v1/sessions/nobody/listeners", """{"listeners":[]}""", 404, [":not_found"] },
        {
            "PUT", "/v1/sessions/this-machine/listeners", """{"listeners":[{"port":0,"address":"here"},{"pid":1.5,"cmd":"x"}]}""", 400,
            ["listeners[0].port:invalid_port", "listeners[0].address:invalid_address", "listeners[1].port:invalid_port", "listeners[1].pid:invalid_request", "listeners[1].cmd:unknown_member"]
        },
        { "POST", "/v1/api-keys", """{"name":"","role":"king","expiresAt":"2001-01-01T00:00:00Z","x":1}""", 400, ["name:invalid_request", "role:invalid_request", "expiresAt:invalid_request", "x:unknown_member"] },
        { "DELETE", "/v1/api-keys/nobody", "", 404, [":not_found"] },
        { "POST", "/v1/sessions", """{"address":"127.0.1.1","profile":"none-such"}""", 400, ["profile:invalid_request"] },
        { "PUT", "/v1/policy", """{"widestAccess":"vip","defaultAccess":7,"maxLinkTtlSeconds":1.5,"x":1}""", 400, ["widestAccess:invalid_access", "defaultAccess:invalid_request", "maxLinkTtlSeconds:invalid_request", "x:unknown_member"] },
        { "PUT", "/v1/policy", """{"defaultAccess":"public","maxLinkTtlSeconds":10}""", 400, ["defaultAccess:invalid_access", "maxLinkTtlSeconds:invalid_request"] },
        { "POST", "/v1/profiles", """{"name":"Bad Name","widestAccess":"vip","requestsPerSecond":"fast"}""", 400, ["name:invalid_name", "widestAccess:invalid_access", "requestsPerSecond:invalid_request"] },
        { "POST", "/v1/profiles", """{"name":"dev"}""", 409, ["name:name_in_use"] },
        { "PUT", "/v1/profiles/none-such", "{}", 404, [":not_found"] },
        { "GET", "/v1/profiles/none-such", "", 404, [":not_found"] },
        { "DELETE", "/v1/profiles/dev", "", 403, [":not_allowed"] },
        { "POST", "/v1/allow-lists", """{"name":"Bad Name","entries":[{"rule":"qa-*@x.example"},{"rule":"a@b.example","until":"2001-01-01T00:00:00Z"},{"rule":"A@B.example"},{"ruel":"x"}]}""", 400, ["name:invalid_name", "entries[0].rule:invalid_request", "entries[1].until:invalid_request", "entries[2].rule:invalid_request", "entries[3].ruel:unknown_member", "entries[3].rule:invalid_request"] },
        { "POST", "/v1/allow-lists", """{"name":"nested","entries":[{"rule":"another-list"}]}""", 400, ["entries[0].rule:invalid_request"] },
        { "POST", "/v1/allow-lists/test", "{}", 400, ["address:invalid_request", "list:invalid_request"] },
        { "POST", "/v1/allow-lists/test", """{"address":"a@b.example","list":"x","port":1}""", 400, ["list:invalid_request"] },
        { "POST", "/v1/allow-lists/test", """{"address":"a@b.example","list":"none-such"}""", 404, [":not_found"] },
        { "POST", "/v1/allow-lists/test", """{"address":"a@b.example","session":"nobody","port":3000}""", 404, [":not_found"] },
        { "PUT", "/v1/allow-lists/none-such", "{}", 404, [":not_found"] },
        { "GET", "/v1/allow-lists/none-such", "", 404, [":not_found"] },
        { "POST", "/v1/sessions/this-machine/ports", """{"port":3000,"access":"email","allowedEmails":["none-such","qa-*@x.example","a@b.example until soon"],"allowedPeople":["group:","a@"]}""", 400, ["allowedEmails[0]:invalid_request", "allowedEmails[1]:invalid_request", "allowedEmails[2]:invalid_request", "allowedPeople[0]:invalid_request", "allowedPeople[1]:invalid_request"] },
        { "GET", "/v1/access-requests?state=lost", "", 400, ["state:invalid_request"] },
        { "POST", "/v1/access-requests/nobody/approve", """{"seconds":0,"x":1}""", 400, ["seconds:invalid_request", "x:unknown_member"] },
        { "POST", "/v1/access-requests/nobody/approve", "", 404, [":not_found"] },
        { "POST", "/v1/access-requests/nobody/refuse", "", 404, [":not_found"] },
        { "GET", "/v1/nothing", "", 404, [":not_found"] },
        { "PUT", "/v1/sessions", "{}", 405, [":method_not_allowed"] },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Call_SentWrongly_NamesEveryFault(string method, string path, string body, int status, string[] faults)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body.Length > 0)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await portal.Api.Http.SendAsync(request);

        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.Equal(
            faults.Order(StringComparer.Ordinal),
            problem.GetProperty("errors").EnumerateArray().Select(Fault).Order(StringComparer.Ordinal));
        Assert.All(problem.GetProperty("errors").EnumerateArray(), fault => Assert.EndsWith(".", fault.GetProperty("detail").GetString(), StringComparison.Ordinal));
        Assert.Contains(problem.GetProperty("code").GetString()!, faults.Select(fault => fault.Split(':')[1]));
    }

    [Fact]
    public async Task Body_ThatIsNoJson_IsRefusedByItsType()
    {
        using var response = await portal.Api.Http.PostAsync("/v1/sessions", new StringContent("name=x", Encoding.UTF8, "application/x-www-form-urlencoded"));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task Registration_WithOneBadPort_LeavesNothingBehind()
    {
        await Assert.ThrowsAsync<HttpRequestException>(() => portal.Api.RegisterSessionAsync(new { name = "half-done", address = "127.9.8.7", network = new { expose = new[] { new { port = 3000 }, new { port = 0 } } } }));

        await Assert.ThrowsAsync<HttpRequestException>(() => portal.Api.SessionAsync("half-done"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer pp_wrongwrongwrongwrongwrongwrongwrong")]
    [InlineData("Basic cHA6cHA=")]
    public async Task P28_Key_MissingOrWrong_Is401AndSaysNothing(string? authorization)
    {
        using var client = portal.Process.Http.NewClient();
        foreach (var path in (string[])["/v1/sessions", "/v1/sessions/this-machine/ports", "/v1/events"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(portal.Process.Portal, path));
            if (authorization is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            }

            using var response = await client.SendAsync(request);

            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("api_key_required", JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("code").GetString());
        }
    }

    private static string Fault(JsonElement fault) =>
        $"{(fault.TryGetProperty("field", out var field) ? field.GetString() : "")}:{fault.GetProperty("code").GetString()}";
}
