using System.Globalization;
using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Tests.Audit;

public sealed class AuditLogTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("kind=ports", "port.exposed")]
    [InlineData("kind=visits,links", "link.made,visit.refused")]
    [InlineData("kind=other", "moon.landed")]
    [InlineData("action=visit.refused", "visit.refused")]
    [InlineData("result=refused", "visit.refused")]
    [InlineData("person=OTTO", "visit.refused")]
    [InlineData("session=shop", "port.exposed")]
    [InlineData("session=abc", "port.exposed")]
    [InlineData("port=3000", "port.exposed")]
    [InlineData("ip=192.0.2.", "moon.landed,link.made,visit.refused,port.exposed")]
    [InlineData("ip=198.", "")]
    [InlineData("q=MOON", "moon.landed")]
    [InlineData("last=1h", "moon.landed")]
    [InlineData("before=2026-01-01T12:30:00Z", "link.made,visit.refused,port.exposed")]
    [InlineData("kind=visits&result=done", "")]
    public async Task Read_ByFilter_GivesWhatFits_FromTheDatabaseAndFromMemory(string query, string expected)
    {
        await using var host = await AuditHost.StartAsync();
        await host.WriteAsync(host.Entry("port.exposed") with { SessionId = "abc", SessionName = "shop", Port = 3000 });
        await host.WriteAsync(host.Entry("visit.refused", "Otto", AuditResult.Refused));
        await host.WriteAsync(host.Entry("link.made"));
        host.Time.Advance(TimeSpan.FromHours(2));
        await host.WriteAsync(host.Entry("moon.landed", reason: "Landed on the moon."));
        var values = query.Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        Faults faults = [];
        var filter = AuditFilterText.Read(values.GetValueOrDefault, faults);

        var stored = await host.ActionsAsync(filter);
        var live = host.Log.Select(host.Get<AuditFeed>().Items.Values.OrderByDescending(entry => entry.Id), filter, AuditScope.Everything);

        Assert.Empty(faults);
        Assert.Equal(expected, string.Join(',', stored));
        Assert.Equal(expected, string.Join(',', live.Select(entry => entry.Action)));
        Assert.Equal(filter, AuditFilterText.Read(AuditFilterText.Write(filter).GetValueOrDefault, []));
    }

    [Fact]
    public async Task Read_InAScope_HidesWhatIsSomebodyElses()
    {
        await using var host = await AuditHost.StartAsync();
        await host.WriteAsync(
            host.Entry("port.exposed", "Otto") with { SessionId = "mine" },
            host.Entry("port.closed", "Otto") with { SessionId = "theirs" },
            host.Entry("user.signed_in", "Otto"),
            host.Entry("key.created", "Ada"));

        Assert.Equal(["key.created", "port.exposed"], await host.ActionsAsync(new(), AuditScope.Sessions("ada", ["mine"])));
        Assert.Equal(["key.created", "port.closed", "port.exposed"], await host.ActionsAsync(new(), AuditScope.Sessions("ada", sessionIds: null)));
    }

    [Fact]
    public async Task ReadAll_MoreThanAPage_GivesEachOnceNewestFirst()
    {
        await using var host = await AuditHost.StartAsync();
        await host.WriteAsync([.. Enumerable.Range(0, AuditLog.LongestPage + 300).Select(i => host.Entry("port.exposed", reason: i.ToString(CultureInfo.InvariantCulture)))]);

        var all = new List<long>();
        await foreach (var entry in host.Log.ReadAllAsync(new(), AuditScope.Everything, None))
        {
            all.Add(entry.Id);
        }

        Assert.Equal(AuditLog.LongestPage + 300, all.Distinct().Count());
        Assert.Equal(all.OrderDescending(), all);
    }

    [Fact]
    public async Task Count_OverTime_PutsEachIntoItsPart()
    {
        await using var host = await AuditHost.StartAsync();
        var start = host.Time.GetUtcNow();
        await host.WriteAsync(host.Entry("port.exposed"));
        host.Time.Advance(TimeSpan.FromMinutes(59));
        await host.WriteAsync(host.Entry("visit.refused", result: AuditResult.Refused), host.Entry("port.closed"));

        var counts = await host.Log.CountAsync(new(), AuditScope.Everything, start, start.AddHours(1), 4, None);

        Assert.Equal([1, 0, 0, 2], counts.All);
        Assert.Equal([0, 0, 0, 1], counts.Refused);
    }

    [Fact]
    public async Task Audit_EntryOnceWritten_CanBeNeitherChangedNorTakenOut()
    {
        await using var host = await AuditHost.StartAsync();
        await host.WriteAsync(host.Entry("port.exposed"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Get<Database>().RunAsync(async db =>
        {
            db.Remove(await db.Set<AuditEntry>().SingleAsync());
            await db.SaveChangesAsync();
        }));
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Get<Database>().RunAsync(async db =>
        {
            db.Entry(await db.Set<AuditEntry>().SingleAsync()).Property(entry => entry.Reason).CurrentValue = "Nothing happened.";
            await db.SaveChangesAsync();
        }));
        Assert.Equal(["port.exposed"], await host.ActionsAsync(new()));
    }

    [Fact]
    public async Task Feed_OfATransaction_TellsOfItOnceItIsCommittedAndNotBefore()
    {
        await using var host = await AuditHost.StartAsync();
        var feed = host.Get<AuditFeed>();
        await host.Get<Database>().RunAsync(async db =>
        {
            await using var undone = await db.Database.BeginTransactionAsync();
            db.Add(host.Entry("port.closed"));
            await db.SaveChangesAsync();
            await undone.RollbackAsync();
        });
        await host.Get<Database>().RunAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            db.Add(host.Entry("port.exposed"));
            await db.SaveChangesAsync();
            Assert.Empty(feed.Items);
            await transaction.CommitAsync();
        });

        Assert.Equal(["port.exposed"], feed.Items.Values.Select(entry => entry.Action));
    }

    [Fact]
    public async Task Prune_AfterNinetyDays_TakesOutTheOldAndKeepsTheRest()
    {
        await using var host = await AuditHost.StartAsync();
        await host.WriteAsync([.. Enumerable.Range(0, 2100).Select(_ => host.Entry("port.exposed"))]);
        host.Time.Advance(TimeSpan.FromDays(89));
        await host.WriteAsync(host.Entry("port.closed"));
        host.Time.Advance(TimeSpan.FromDays(1.5));

        var pruned = await host.Get<AuditPruning>().PruneAsync(None);

        Assert.Equal(2100, pruned);
        Assert.Equal(["port.closed"], await host.ActionsAsync(new()));
    }
}
