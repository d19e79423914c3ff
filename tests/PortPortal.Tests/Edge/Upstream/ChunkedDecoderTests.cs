using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PortPortal.Engine.Edge.Upstream;

namespace PortPortal.Tests.Edge.Upstream;

public sealed class ChunkedDecoderTests
{
    [Theory]
    [InlineData("0\r\n\r\n", "", "")]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", "hello", "")]
    [InlineData("5;a=b;c=\"d\"\r\nhello\r\n00A\r\n0123456789\r\n0;x\r\nX-A: 1\r\nX-B:2\r\n\r\n", "hello0123456789", "X-A: 1|X-B:2|")]
    public void Next_SplitAnywhere_TakesTheFramingOff(string text, string content, string trailers)
    {
        for (var split = 0; split <= text.Length; split++)
        {
            Assert.Equal((ChunkedStep.End, content, trailers, "next"), Decode([text[..split], text[split..] + "next"]));
        }

        Assert.Equal((ChunkedStep.End, content, trailers, ""), Decode([.. text.Select(c => c.ToString())]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5\r\nhel")]
    [InlineData("5\r\nhello\r\n")]
    [InlineData("5\r\nhello\r\n0\r\n")]
    public void Next_WithoutTheEnd_AsksForMore(string text) => Assert.Equal(ChunkedStep.NeedMore, Decode([text]).Last);

    [Theory]
    [InlineData("\r\n")]
    [InlineData("x\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("+1\r\nx\r\n")]
    [InlineData("0x5\r\nhello\r\n")]
    [InlineData(" 5\r\nhello\r\n")]
    [InlineData("5\nhello\r\n")]
    [InlineData("5 x\r\nhello\r\n")]
    [InlineData("5;a\nb\r\nhello\r\n")]
    [InlineData("5;\u0001\r\nhello\r\n")]
    [InlineData("5\r\nhelloX\r\n")]
    [InlineData("5\r\nhello\n0\r\n\r\n")]
    [InlineData("ffffffffffffffff\r\n")]
    [InlineData("1000000000000000\r\n")]
    [InlineData("0\r\nno trailer\r\n\r\n")]
    [InlineData("0\r\n folded: x\r\n\r\n")]
    [InlineData("0\r\nX: 1\n\r\n")]
    public void Next_OfOtherFraming_IsMalformed(string text) => Assert.Equal(ChunkedStep.Malformed, Decode([text]).Last);

    [Fact]
    public void Next_LineWithoutEnd_IsCapped() => Assert.Equal(ChunkedStep.Malformed, Decode(["5;" + new string('x', 5000)]).Last);

    [Fact]
    public void Next_TrailersWithoutEnd_AreCapped() =>
        Assert.Equal(ChunkedStep.Malformed, Decode(["0\r\n" + string.Concat(Enumerable.Repeat("X-Trailer: something\r\n", 1000))]).Last);

    [Fact]
    public void Next_OfAnyChunks_GivesTheirContent()
    {
        var chunks = Gen.Choose(1, 300).SelectMany(length => Gen.Elements('a', 'b', '\r', '\n', '0').ArrayOf(length)).Select(chars => new string(chars)).ArrayOf();
        Prop.ForAll(chunks.ToArbitrary(), Gen.Choose(1, 50).ToArbitrary(), (parts, step) =>
        {
            var text = string.Concat(parts.Select(part => $"{part.Length:x}\r\n{part}\r\n")) + "0\r\n\r\n";
            var pieces = text.Chunk(step).Select(chars => new string(chars)).ToArray();
            return Decode(pieces) == (ChunkedStep.End, string.Concat(parts), "", "");
        }).QuickCheckThrowOnFailure();
    }

    private static (ChunkedStep Last, string Content, string Trailers, string Behind) Decode(string[] pieces)
    {
        var decoder = new ChunkedDecoder();
        var (content, trailers) = (new StringBuilder(), new StringBuilder());
        var input = Array.Empty<byte>();
        var step = ChunkedStep.NeedMore;
        foreach (var piece in pieces)
        {
            input = [.. input, .. Encoding.Latin1.GetBytes(piece)];
            do
            {
                step = decoder.Next(input, out var consumed, out var found);
                (step switch
                {
                    ChunkedStep.Content => content,
                    ChunkedStep.Trailer => trailers,
                    _ => new StringBuilder(),
                }).Append(Encoding.Latin1.GetString(input[found])).Append(step == ChunkedStep.Trailer ? "|" : "");
                input = input[consumed..];
            }
            while (step is not (ChunkedStep.NeedMore or ChunkedStep.End or ChunkedStep.Malformed));
        }

        return (step, content.ToString(), trailers.ToString(), Encoding.Latin1.GetString(input));
    }
}
