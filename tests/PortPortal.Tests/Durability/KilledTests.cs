using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Durability;

/// <summary>kill -9 in the middle of exposing and closing, again and again: what is wanted and what is in force agree after each restart.</summary>
[Collection(Alone.Name)]
public sealed class KilledTests
{
    private const int Lanes = 2; // as many as the smallest machine has cores

    /// <summary>Each costs seconds. PORTPORTAL_KILLS=200 is for a change that touches what is written when.</summary>
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("PORTPORTAL_KILLS") ?? "50", CultureInfo.InvariantCulture);
    private static readonly int[] Ports = [4001, 4002, 4003, 4004];

    [Fact]
    public async Task R01_KilledAtAnyMoment_DesiredAndAppliedAgreeAfterRestart() =>
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => Task.Run(KillAgainAndAgainAsync)));

    private static async Task KillAgainAndAgainAsync()
    {
        await using var portal = await PortalProcess.StartAsync();
        await portal.Api.RegisterSessionAsync(new { name = "victim", address = "127.0.0.1" });
        for (var round = 0; round < Rounds / Lanes; round++)
        {
            // 1 every port goes open and closed as fast as it can, until the process is gone
            var known = Ports.ToDictionary(port => port, _ => (Acknowledged: (bool?)null, Asked: (bool?)null));
            var busy = Ports.Select(port => ToggleAsync(portal.Api, port, RandomNumberGenerator.GetInt32(2) == 0, state => known[port] = state)).ToArray();
            await Task.Delay(RandomNumberGenerator.GetInt32(1, 60));
            await portal.Child.KillAsync();
            await Task.WhenAll(busy);

            // 2 nothing is half done, and nothing that was answered is lost
            await portal.RestartAsync();
            var desired = Desired(portal.DataDirectory);
            var applied = await AppliedAsync(portal);
            Assert.Equal(desired, applied);
            foreach (var (port, (acknowledged, asked)) in known)
            {
                var isOpen = applied.Contains(port);
                Assert.True(acknowledged is null || isOpen == acknowledged || isOpen == asked, $"Round {round}: port {port} was answered as {acknowledged}, asked to become {asked}, and is {isOpen}.");
            }
        }
    }

    private static async Task ToggleAsync(PortalApi api, int port, bool open, Action<(bool? Acknowledged, bool? Asked)> know)
    {
        bool? acknowledged = null;
        try
        {
            while (true)
            {
                know((acknowledged, open));
                await (open ? api.ExposeAsync("victim", port) : api.CloseAsync("victim", port));
                acknowledged = open;
                open = !open;
            }
        }
        catch (Exception exception) when (exception is HttpRequestException { StatusCode: null or HttpStatusCode.ServiceUnavailable } or IOException or TaskCanceledException)
        {
            // The process is gone.
        }
    }

    private static SortedSet<int> Desired(string dataDirectory)
    {
        using var database = new SqliteConnection($"Data Source={Path.Combine(dataDirectory, "portportal.db")};Mode=ReadOnly;Pooling=False");
        database.Open();
        using var check = database.CreateCommand();
        check.CommandText = "PRAGMA integrity_check";
        Assert.Equal("ok", check.ExecuteScalar());
        using var query = database.CreateCommand();
        query.CommandText = "SELECT Port FROM Exposures WHERE ClosedAt IS NULL";
        using var rows = query.ExecuteReader();
        var open = new SortedSet<int>();
        while (rows.Read())
        {
            Assert.True(open.Add(rows.GetInt32(0)), "A port is open twice.");
        }

        return open;
    }

    /// <summary>What the API says and what the edge does.</summary>
    private static async Task<SortedSet<int>> AppliedAsync(PortalProcess portal)
    {
        var session = await portal.Api.SessionAsync("victim");
        var said = session.GetProperty("exposedPorts").EnumerateArray().Select(port => port.GetProperty("port").GetInt32()).ToHashSet();
        using var visitor = portal.Http.NewClient();
        var reached = new SortedSet<int>();
        foreach (var port in Ports)
        {
            using var answer = await visitor.GetAsync(new Uri($"https://{port}-{session.GetProperty("id").GetString()}.localhost:{portal.Port}/"));

            // Nothing listens there, which only who passed the gate is told; a closed port is nobody's.
            Assert.Equal(said.Contains(port) ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.NotFound, answer.StatusCode);
            if (said.Contains(port))
            {
                reached.Add(port);
            }
        }

        return reached;
    }
}
