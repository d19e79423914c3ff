using System.Diagnostics;
using System.Net;
using PortPortal.Engine.Access;
using PortPortal.Engine.Edge.Routes;
using PortPortal.Engine.Exposures;

namespace PortPortal.Tests.Edge;

public sealed class EdgeRouteTableTests
{
    private static readonly IPEndPoint Target = new(IPAddress.Loopback, 3000);
    private readonly ExposureFeed _feed = new(new ManualTime());

    [Fact]
    public void Find_ByIdNameAndEndpoint_IsTheSameRoute()
    {
        var table = NewTable();
        _feed.Publish(Named("s1", "my-app", 3000, endpoint: "web"));

        var byId = table.Find(new ExposureHostname.OfPort("s1", 3000));

        Assert.NotNull(byId);
        Assert.Same(byId, table.Find(new ExposureHostname.OfPort("my-app", 3000)));
        Assert.Same(byId, table.Find(new ExposureHostname.OfEndpoint("web", "my-app")));
        Assert.Null(table.Find(new ExposureHostname.OfPort("s1", 3001)));
        Assert.Null(table.Find(new ExposureHostname.OfEndpoint("api", "my-app")));
        Assert.Null(table.Find(new ExposureHostname.OfSession("my-app")));
        Assert.Null(table.Find(name: null));
    }

    [Fact]
    public void Load_OfWhatWasThereBefore_IsComplete()
    {
        _feed.Publish(Named("s1", "a", 3000), Named("s2", "b", 3000));

        var table = NewTable();

        Assert.NotNull(table.Find(new ExposureHostname.OfPort("s1", 3000)));
        Assert.NotNull(table.Find(new ExposureHostname.OfPort("b", 3000)));
    }

    [Fact]
    public void A10_SessionNamedLikeAnothersId_DoesNotStandInFrontOfIt()
    {
        var table = NewTable();
        _feed.Publish(Named("victim", "victim", 3000));
        _feed.Publish(Named("s2", "victim", 3000));

        Assert.Equal("victim", table.Find(new ExposureHostname.OfPort("victim", 3000))!.Exposure.SessionId);
    }

    [Fact]
    public void Removal_BeforeItReturns_LeavesNoNameAndThrowsTheSwitch()
    {
        var table = NewTable();
        _feed.Publish(Named("s1", "my-app", 3000, endpoint: "web"));
        var route = table.Find(new ExposureHostname.OfPort("s1", 3000))!;

        _feed.Remove("x-s1-3000");

        Assert.True(route.Cut.IsCancellationRequested);
        Assert.Null(table.Find(new ExposureHostname.OfPort("s1", 3000)));
        Assert.Null(table.Find(new ExposureHostname.OfPort("my-app", 3000)));
        Assert.Null(table.Find(new ExposureHostname.OfEndpoint("web", "my-app")));
    }

    [Fact]
    public void NewName_TakesThePlaceOfTheOldOne()
    {
        var table = NewTable();
        _feed.Publish(Named("s1", "old", 3000, endpoint: "web"));
        _feed.Publish(Named("s1", "new", 3000, endpoint: "api"));

        Assert.Null(table.Find(new ExposureHostname.OfPort("old", 3000)));
        Assert.Null(table.Find(new ExposureHostname.OfEndpoint("web", "old")));
        Assert.NotNull(table.Find(new ExposureHostname.OfPort("new", 3000)));
        Assert.NotNull(table.Find(new ExposureHostname.OfEndpoint("api", "new")));
    }

    [Fact]
    public void NameThatPassedOn_StaysWithItsNewOwnerWhenTheOldOneGoes()
    {
        var table = NewTable();
        _feed.Publish(Named("s1", "app", 3000));
        _feed.Publish(Named("s2", "app", 3000));

        _feed.Remove("x-s1-3000");

        Assert.Equal("s2", table.Find(new ExposureHostname.OfPort("app", 3000))!.Exposure.SessionId);
    }

    [Fact]
    public void ChangeOfWhatIsSaid_KeepsConnections()
    {
        var table = NewTable();
        var exposure = Named("s1", "app", 3000);
        _feed.Publish(exposure);
        var before = table.Find("x-s1-3000")!;

        _feed.Publish(exposure with { Label = "shop", Listening = true, Access = exposure.Access with { Mode = AccessMode.Sso, Version = 2 } });

        var after = table.Find("x-s1-3000")!;
        Assert.Equal(AccessMode.Sso, after.Policy.Mode);
        Assert.Equal(before.Upstream.Key, after.Upstream.Key);
        Assert.False(before.Cut.IsCancellationRequested);
    }

    public static TheoryData<string, Func<ExposureStatus, ExposureStatus>> OtherWays => new()
    {
        { "paused", exposure => exposure with { State = ExposureState.Paused } },
        { "another address", exposure => exposure with { Target = new(IPAddress.Parse("10.0.0.1"), 3000) } },
        { "another protocol", exposure => exposure with { Protocol = UpstreamProtocol.Https } },
    };

    [Theory]
    [MemberData(nameof(OtherWays))]
    public void F13_ChangeOfTheWay_CutsConnectionsAndUsesNoOldOne(string what, Func<ExposureStatus, ExposureStatus> change)
    {
        Assert.NotNull(what);
        var table = NewTable();
        var exposure = Named("s1", "app", 3000);
        _feed.Publish(exposure);
        var before = table.Find("x-s1-3000")!;

        _feed.Publish(change(exposure));

        var after = table.Find("x-s1-3000")!;
        Assert.True(before.Cut.IsCancellationRequested);
        Assert.False(after.Cut.IsCancellationRequested);
        Assert.NotEqual(before.Upstream.Key, after.Upstream.Key);
    }

    [Fact]
    public void HundredThousand_OneMoreCostsNoMoreThanWithOne()
    {
        var table = NewTable();
        _feed.Publish(Enumerable.Range(0, 100_000).Select(i => Named($"s{i}", $"n{i}", 3000, "web")));
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 100; i++)
        {
            _feed.Publish(Named($"t{i}", $"m{i}", 3000, "web"));
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1), $"{watch.Elapsed.TotalMilliseconds / 100} ms each");
        Assert.NotNull(table.Find(new ExposureHostname.OfEndpoint("web", "n99999")));
        Assert.NotNull(table.Find(new ExposureHostname.OfEndpoint("web", "m99")));
    }

    private EdgeRouteTable NewTable() => new(_feed, _ => true, _ => new RouteLimit(TimeProvider.System));

    private static ExposureStatus Named(string session, string name, int port, string? endpoint = null) =>
        EdgeWorld.NewExposure(session, port, Target) with { SessionName = name, Name = endpoint };
}
