using PortPortal.Engine.Forwarding.Nftables;

namespace PortPortal.Tests.Forwarding.Nftables;

public sealed class NftEncodingTests
{
    public static TheoryData<string, string> Keys => new()
    {
        { "marks", "20001" },
        { "inward", "0x50abcdef" },
        { "interfaces", "\"wg0\" . 20001" },
        { "sources4", "198.51.100.0/24 . 20001" },
        { "sources4", "203.0.113.9 . 20001" },
        { "sources4", "0.0.0.0/0 . 20001" },
        { "sources4", "10.0.0.1-10.0.0.6 . 20001" },
        { "sources6", "2001:db8::/33 . 20001" },
        { "sources6", "::1 . 20001" },
        { "knocked6", "0x50000001 . 2001:db8::2" },
        { "siblings6", "fd77::/64 . fd77::/64" },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void Decode_OfWhatWasEncoded_IsTheSameText(string name, string text)
    {
        var set = NftTable.Sets.Single(s => s.Name == name);

        var (first, last) = NftEncoding.Encode(set.Key, text);

        Assert.Equal(text, NftEncoding.Decode(set.Key, first, last));
    }

    [Fact]
    public void Encode_Concatenation_FillsWholeRegisters() =>
        Assert.Equal([10, 77, 0, 2, 0x0b, 0xb8, 0, 0], NftEncoding.Encode([NftType.Ipv4, NftType.Port], "10.77.0.2 . 3000").First);

    [Fact]
    public void Encode_Network_GoesFromItsFirstToItsLastAddress()
    {
        var (first, last) = NftEncoding.Encode([NftType.Ipv4, NftType.Port], "192.0.2.128/25 . 20000");

        Assert.Equal([192, 0, 2, 128, 0x4e, 0x20, 0, 0], first);
        Assert.Equal([192, 0, 2, 255, 0x4e, 0x20, 0, 0], last);
    }

    [Theory]
    [InlineData("0x50000007", 7u)]
    [InlineData("0x50ffffff", 0xFFFFFFu)]
    [InlineData("0x00000007", null)]
    [InlineData("0x51000007", null)]
    public void MarkOf_TellsOursFromOthers(string text, uint? mark) => Assert.Equal(mark, NftElement.MarkOf(text));
}
