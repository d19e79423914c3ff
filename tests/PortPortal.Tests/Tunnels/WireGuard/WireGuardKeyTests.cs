using PortPortal.Engine.Tunnels.WireGuard;

namespace PortPortal.Tests.Tunnels.WireGuard;

public sealed class WireGuardKeyTests
{
    // RFC 7748, sections 5.2 and 6.1.
    [Theory]
    [InlineData("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4", "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c", "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552")]
    [InlineData("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d", "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493", "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957")]
    public void Multiply_OfTheRfcsVectors_GivesItsResults(string scalar, string point, string product) =>
        Assert.Equal(product, Convert.ToHexStringLower(Curve25519.Multiply(Convert.FromHexString(scalar), Convert.FromHexString(point))));

    [Fact]
    public void PublicKey_OfTheRfcsBob_IsTheRfcs() => Assert.Equal(
        "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
        Convert.ToHexStringLower(Curve25519.PublicKeyOf(Convert.FromHexString("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"))));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg")]
    [InlineData("xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dh=")]
    [InlineData("xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg\n")]
    [InlineData("not base64 not base64 not base64 not base64=")]
    public void Parse_OfAnythingButACanonicalKey_Refuses(string? text) => Assert.False(WireGuardKey.TryParse(text, out _));

    [Fact]
    public void Identity_MadeOnce_IsReadAgainAndReadableByItsOwnerAlone()
    {
        using var directory = new TempDirectory();
        var path = directory.File("wireguard.key");

        var made = WireGuardIdentity.LoadOrCreate(path);
        var read = WireGuardIdentity.LoadOrCreate(path);

        Assert.Equal(made.PublicKey, read.PublicKey);
        Assert.True(WireGuardKey.TryParse(made.PublicKey.Text, out _));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public void Identity_OfADamagedFile_IsNotReplaced()
    {
        using var directory = new TempDirectory();
        var path = directory.File("wireguard.key");
        File.WriteAllText(path, "half a key");

        Assert.Throws<InvalidDataException>(() => WireGuardIdentity.LoadOrCreate(path));
        Assert.Equal("half a key", File.ReadAllText(path));
    }
}
