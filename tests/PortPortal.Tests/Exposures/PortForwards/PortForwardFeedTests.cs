using System.Net;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.PortForwards;

namespace PortPortal.Tests.Exposures.PortForwards;

/// <summary>The feed finds forwards by their session without a search.</summary>
public sealed class PortForwardFeedTests
{
    private readonly PortForwardFeed _feed = new(TimeProvider.System);

    [Fact]
    public void Of_ASession_IsItsForwardsAsTheyAreNow()
    {
        _feed.Publish(Forward("a", "shop"), Forward("b", "shop"), Forward("c", "lab"));
        _feed.Publish(Forward("d", "shop"));
        _feed.Update("b", forward => forward with { Label = "Database" });

        Assert.Equal([null, "Database", null], _feed.Of("shop").Select(forward => forward.Label));
        Assert.Equal(["a", "b", "d"], _feed.Of("shop").Select(forward => forward.Id));
        Assert.Equal(["c"], _feed.Of("lab").Select(forward => forward.Id));
    }

    [Fact]
    public void Of_WhatWentAndCameBack_IsThereOnce()
    {
        _feed.Publish(Forward("a", "shop"), Forward("b", "shop"));
        _feed.Remove("a", "b");
        Assert.Empty(_feed.Of("shop"));

        _feed.Publish(Forward("b", "shop"));
        _feed.Replace([Forward("b", "shop"), Forward("e", "shop")]);

        Assert.Equal(["b", "e"], _feed.Of("shop").Select(forward => forward.Id));
    }

    [Fact]
    public void Of_AskedWhileAChangeIsAnnounced_KnowsItAlready()
    {
        var seen = new List<int>();
        _feed.Publishing += _ => seen.Add(_feed.Of("shop").Count());

        _feed.Publish(Forward("a", "shop"));
        _feed.Remove("a");

        Assert.Equal([1, 0], seen);
    }

    private static PortForwardStatus Forward(string id, string session) => new()
    {
        Id = id,
        SessionId = session,
        SessionName = session,
        OwnerId = "ada",
        NodeId = "local",
        Host = "localhost",
        PublicPort = 20_000,
        GuestPort = 22,
        Mark = 1,
        State = ExposureState.Active,
        Target = new IPEndPoint(IPAddress.Loopback, 22),
        CreatedBy = "ada",
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
