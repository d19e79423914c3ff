using PortPortal.Engine.Agent;
using PortPortal.Engine.Nodes.Protocol;
using PortPortal.Engine.Tunnels.WireGuard;

namespace PortPortal.Tests.Nodes;

/// <summary>What a node does about its tunnel key, step by step, and with either end killed in between.</summary>
public sealed class TunnelKeyChangeTests : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);
    private readonly TempDirectory _directory = new();
    private TunnelKeyChange _node;

    public TunnelKeyChangeTests() => _node = Start();

    private string Key => _node.Current.PublicKey.Text;

    private string Path => _directory.File("wireguard.key");

    [Fact]
    public void Key_WithinItsLife_StaysAndIsNotAnnounced()
    {
        Age(Lifetime - TimeSpan.FromMinutes(1));

        _node.Advance(Said(Key));

        Assert.Null(_node.ToAnnounce);
        Assert.False(File.Exists(Path + ".next"));
    }

    [Fact]
    public void Key_OlderThanItsLife_IsAnnouncedFirstAndChangedOnceTheEdgeExpectsIt()
    {
        var first = Key;
        Age(Lifetime);

        _node.Advance(Said(first));
        var next = _node.ToAnnounce!.Text;
        Assert.Equal(first, Key);
        Assert.NotEqual(first, next);

        _node.Advance(Said(first));
        Assert.Equal((first, next), (Key, _node.ToAnnounce!.Text));

        _node.Advance(Said(first, awaited: next));
        Assert.Equal((next, next), (Key, _node.ToAnnounce!.Text));
        Assert.Equal(next, WireGuardIdentity.LoadOrCreate(Path).PublicKey.Text);

        _node.Advance(Said(next));
        Assert.Equal((next, null), (Key, _node.ToAnnounce?.Text));
    }

    [Fact]
    public void Key_ThatAnAdminDoesNotWant_IsChangedOnce()
    {
        var first = Key;
        _node.Advance(Said(first, unwanted: first));
        var next = _node.ToAnnounce!.Text;
        _node.Advance(Said(first, awaited: next, unwanted: first));
        _node.Advance(Said(next, unwanted: first));

        Assert.Equal((next, null), (Key, _node.ToAnnounce?.Text));
    }

    [Fact]
    public void Portal_OfTheFormerVersion_IsToldNothing()
    {
        Age(Lifetime * 2);

        _node.Advance(Said(null));
        _node.Advance(null);

        Assert.Null(_node.ToAnnounce);
        Assert.False(File.Exists(Path + ".next"));
    }

    [Fact]
    public void Edge_ThatHasForgottenTheKeyInForce_HearsItAgain()
    {
        var first = Key;
        _node.Advance(Said(first, unwanted: first));
        _node.Advance(Said(first, awaited: _node.ToAnnounce!.Text));

        _node.Advance(Said(first));

        Assert.Equal(Key, _node.ToAnnounce!.Text);
    }

    [Fact]
    public void NextKey_ThatIsDamaged_IsMadeAnew()
    {
        File.WriteAllText(Path + ".next", "half a ke");
        var node = Start();

        node.Advance(Said(Key, unwanted: Key));

        Assert.NotEqual(Key, node.ToAnnounce!.Text);
    }

    /// <summary>Any order of steps, lost words and kills of either end leads to two ends that agree, as soon as it is quiet.</summary>
    [Fact]
    public void Ends_KilledBetweenAnySteps_AgreeInTheEnd()
    {
        for (var seed = 0; seed < 200; seed++)
        {
#pragma warning disable RS0030 // nothing secret: the same orders every time
            var dice = new Random(seed);
#pragma warning restore RS0030
            var first = Key;
            var (known, awaited, said) = (first, (string?)null, Said(first, unwanted: first));
            for (var step = 0; step < 40; step++)
            {
                switch (step < 30 ? dice.Next(6) : step % 4)
                {
                    case 0: // the portal speaks
                        said = Said(known, awaited, unwanted: known == first ? first : null);
                        break;
                    case 1:
                        _node.Advance(said);
                        break;
                    case 2 when _node.ToAnnounce is { } announced: // the portal hears
                        awaited = announced.Text == known ? awaited : announced.Text;
                        break;
                    case 3 when awaited == Key: // a handshake
                        (known, awaited) = (Key, null);
                        break;
                    case 4: // the node is killed; its greeting names its key
                        _node = Start();
                        known = Key;
                        break;
                    case 5: // the edge is killed
                        awaited = null;
                        break;
                }
            }

            _node.Advance(Said(known, awaited));
            Assert.Equal((known, null), (Key, _node.ToAnnounce?.Text));
            Assert.NotEqual(first, known);
        }
    }

    public void Dispose() => _directory.Dispose();

    private TunnelKeyChange Start() => new(new WireGuardKeyring(Path), Lifetime, TimeProvider.System);

    private void Age(TimeSpan age) => File.SetLastWriteTimeUtc(Path, (TimeProvider.System.GetUtcNow() - age).UtcDateTime);

    private static DesiredTunnel Said(string? known, string? awaited = null, string? unwanted = null) => new()
    {
        Address = "10.213.0.2",
        Network = "10.213.0.0/16",
        Mtu = 1420,
        EdgeAddress = "10.213.0.1",
        EdgeKey = "of no matter here",
        EdgePort = 51820,
        NodeKey = known,
        AwaitedKey = awaited,
        UnwantedKey = unwanted,
    };
}
