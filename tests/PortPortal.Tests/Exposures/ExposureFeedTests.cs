using System.Net;
using PortPortal.Engine.Exposures;
using PortPortal.Tests.Edge;

namespace PortPortal.Tests.Exposures;

/// <summary>The feed finds ports by their session as quickly as by their id.</summary>
public sealed class ExposureFeedTests
{
    private readonly ExposureFeed _feed = new(TimeProvider.System);

    [Fact]
    public void Find_OfAPortOpenedAnewUnderAnotherId_IsTheNewOne()
    {
        var old = NewExposure("shop", 3000);
        var anew = old with { Id = "another" };
        _feed.Publish(old, NewExposure("shop", 4000), NewExposure("lab", 3000));
        _feed.Publish(anew);
        _feed.Remove(old.Id);

        Assert.Equal(anew.Id, _feed.Find("shop", 3000)?.Id);
        Assert.Equal([3000, 4000], _feed.Of("shop").Select(exposure => exposure.Port));
    }

    [Fact]
    public void Find_AfterAChangeAndARemoval_IsAsTheItemsAre()
    {
        var port = NewExposure("shop", 3000);
        _feed.Publish(port);
        _feed.Update(port.Id, exposure => exposure with { Label = "Web" });

        Assert.Equal("Web", _feed.Find("shop", 3000)?.Label);
        _feed.Remove(port.Id);
        Assert.Null(_feed.Find("shop", 3000));
        Assert.Empty(_feed.Of("shop"));
    }

    private static ExposureStatus NewExposure(string session, int port) => EdgeWorld.NewExposure(session, port, new(IPAddress.Loopback, port));
}
