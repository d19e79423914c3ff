using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Npgsql;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Data;

/// <summary>The whole program on a real PostgreSQL: from an empty database, through a restart, and with two writers at once.</summary>
public sealed class PostgresTests(PostgresCluster postgres) : IClassFixture<PostgresCluster>
{
    [PostgresFact]
    public async Task MainFlows_OnAnEmptyDatabase_DoWhatTheyDoOnSqlite()
    {
        await using var app = await EchoApp.StartAsync();
        await using var portal = await StartAsync(await postgres.NewDatabaseAsync());

        // 1 a session with a declared port, and one by hand
        var session = await portal.Api.RegisterSessionAsync(new { name = "on-postgres", address = "127.0.0.1", network = new { expose = new[] { new { port = 3000, access = "sso" } } } });
        var opened = await portal.Api.ExposeAsync("on-postgres", app.Port);
        using var visitor = portal.Http.NewClient();
        using var answer = await visitor.GetAsync(new Uri(opened.GetProperty("url").GetString()!));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        // 2 change, PIN, pause, resume
        var pinned = await portal.Api.ChangeAsync("on-postgres", app.Port, new { access = "pin", label = "Größe – 東京" });
        var rotated = await portal.Api.SendAsync(HttpMethod.Post, $"/v1/sessions/on-postgres/ports/{app.Port}/pin");
        Assert.NotEqual(pinned.GetProperty("pin").GetString(), rotated.GetProperty("pin").GetString());
        await portal.Api.PauseAsync("on-postgres");
        await portal.Api.ResumeAsync("on-postgres");
        Assert.Equal("Größe – 東京", (await portal.Api.SessionAsync("on-postgres")).GetProperty("exposedPorts").EnumerateArray().Single(port => port.GetProperty("port").GetInt32() == app.Port).GetProperty("label").GetString());

        // 3 refusals that the database decides
        using var second = await portal.Api.Http.PostAsJsonAsync("/v1/sessions", new { name = "on-postgres", address = "127.0.0.1" });
        using var named = await portal.Api.Http.PostAsJsonAsync("/v1/sessions/on-postgres/ports", new { port = 5001, name = "web" });
        using var again = await portal.Api.Http.PostAsJsonAsync("/v1/sessions/on-postgres/ports", new { port = 5002, name = "web" });
        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Created, HttpStatusCode.Conflict), (second.StatusCode, named.StatusCode, again.StatusCode));

        // 4 close and end; the name is free again
        await portal.Api.CloseAsync("on-postgres", app.Port);
        await portal.Api.TerminateAsync("on-postgres");
        var successor = await portal.Api.RegisterSessionAsync("on-postgres");
        Assert.NotEqual(session.GetProperty("id").GetString(), successor.GetProperty("id").GetString());
    }

    [PostgresFact]
    public async Task Restart_OnTheSameDatabase_KeepsSessionsUrlsPinsAndKeys()
    {
        var database = await postgres.NewDatabaseAsync();
        JsonElement before, key;
        await using (var first = await StartAsync(database))
        {
            await first.Api.RegisterSessionAsync("kept");
            await first.Api.ExposeAsync("kept", 3000, "pin");
            key = await first.Api.SendAsync(HttpMethod.Post, "/v1/api-keys", new { name = "script", role = "viewer" });
            before = await first.Api.SessionAsync("kept");
        }

        await using var second = await StartAsync(database);

        var after = await second.Api.SessionAsync("kept");
        Assert.Equal(Id(before), Id(after));
        Assert.Equal(Pin(before), Pin(after));
        using var scripted = second.Http.NewClient();
        scripted.DefaultRequestHeaders.Authorization = new("Bearer", key.GetProperty("key").GetString());
        using var answer = await scripted.GetAsync(new Uri(second.Portal, "/v1/sessions"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [PostgresFact]
    public async Task TwoPortals_ExposeOnePortAtOnce_MakeOneExposure()
    {
        const int ports = 12;
        var database = await postgres.NewDatabaseAsync();
        await using var first = await StartAsync(database);
        await first.Api.RegisterSessionAsync("raced");
        await using var second = await StartAsync(database);

        var answers = await Task.WhenAll(Enumerable.Range(4000, ports).SelectMany(port => new[] { first, second }.Select(async portal =>
        {
            using var answer = await portal.Api.Http.PostAsJsonAsync("/v1/sessions/raced/ports", new { port, access = "public" });
            return (Port: port, answer.StatusCode, Body: await answer.Content.ReadAsStringAsync());
        })));

        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created, answer.Body));
        Assert.Equal(ports, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(ports, await CountAsync(database, """SELECT count(*) FROM "Exposures" WHERE "ClosedAt" IS NULL"""));
        Assert.Equal(ports, await CountAsync(database, """SELECT count(DISTINCT "Port") FROM "Exposures" WHERE "ClosedAt" IS NULL"""));
    }

    [PostgresFact]
    public async Task TwoPortals_RegisterOneNameAtOnce_OneWins()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var first = await StartAsync(database);
        await using var second = await StartAsync(database);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async turn =>
        {
            using var answer = await (turn % 2 == 0 ? first : second).Api.Http.PostAsJsonAsync("/v1/sessions", new { name = "one-name", address = "127.0.0.1" });
            return answer.StatusCode;
        }));

        Assert.Single(answers, HttpStatusCode.Created);
        Assert.Equal(7, answers.Count(status => status == HttpStatusCode.Conflict));
        Assert.Equal(1, await CountAsync(database, """SELECT count(*) FROM "Sessions" WHERE "Name" = 'one-name'"""));
    }

    [PostgresFact]
    public async Task IdempotencyKey_OnPostgres_BringsTheFirstAnswer()
    {
        await using var portal = await StartAsync(await postgres.NewDatabaseAsync());

        var (first, second) = (await PostOnceAsync(portal), await PostOnceAsync(portal));

        Assert.Equal(first, second);
    }

    private static Task<PortalApp> StartAsync(string connection) => PortalApp.StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Database:Provider"] = "PostgreSql",
        // No pool: what a stopped program leaves open would keep the database busy.
        ["Database:ConnectionString"] = $"{connection};Pooling=false",
    });

    private static async Task<string> PostOnceAsync(PortalApp portal)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/sessions") { Content = new StringContent("""{"address":"127.0.0.1"}""", Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", "one");
        using var response = await portal.Api.Http.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<long> CountAsync(string database, string query)
    {
        await using var connection = new NpgsqlConnection($"{database};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(query, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static string? Id(JsonElement session) => session.GetProperty("id").GetString();

    private static string? Pin(JsonElement session) => session.GetProperty("exposedPorts")[0].GetProperty("pin").GetString();
}
