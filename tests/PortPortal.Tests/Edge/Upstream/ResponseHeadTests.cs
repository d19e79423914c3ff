using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PortPortal.Engine.Edge.Upstream;

namespace PortPortal.Tests.Edge.Upstream;

public sealed class ResponseHeadTests
{
    private const string Whole = "HTTP/1.1 207 Multi Status\r\nDate: x\r\nX-Empty:\r\nx-a:\t 1 \t\r\nX-A: 2: 3\r\nContent-Length: 5\r\n\r\nhello";

    [Fact]
    public void Read_OfAWholeHead_FindsEveryLine()
    {
        var (head, progress, bytes) = Read(Whole);

        Assert.Equal(HeadProgress.Complete, progress);
        Assert.Equal((207, 5L, false, true), (head.Status, head.ContentLength, head.IsChunked, head.KeepsAlive));
        Assert.Equal("Multi Status", Encoding.Latin1.GetString(head.Reason(bytes)));
        Assert.Equal(["Date=x", "X-Empty=", "x-a=1", "X-A=2: 3", "Content-Length=5"], Lines(head, bytes));
        Assert.Equal("hello", Encoding.Latin1.GetString(bytes.AsSpan(head.Length)));
    }

    [Fact]
    public void Read_SplitAnywhere_FindsTheSame()
    {
        var bytes = Encoding.Latin1.GetBytes(Whole);
        var expected = Lines(Read(Whole).Head, bytes);
        var end = bytes.Length - 5;
        for (var first = 0; first < end; first++)
        {
            for (var second = first; second < end; second += 7)
            {
                var head = new ResponseHead();
                Assert.Equal(HeadProgress.Incomplete, head.Read(bytes.AsSpan(0, first)));
                Assert.Equal(HeadProgress.Incomplete, head.Read(bytes.AsSpan(0, second)));
                Assert.Equal(HeadProgress.Complete, head.Read(bytes));
                Assert.Equal(expected, Lines(head, bytes));
                Assert.Equal(end, head.Length);
            }
        }
    }

    [Fact]
    public void Read_OfAnything_NeverThrowsAndSaysTheSameHoweverItIsSplit()
    {
        var pieces = Gen.Elements("HTTP/1.1 200 OK\r\n", "HTTP/1.0 99\n", "\r\n", "\n", "\r", "A: b\r\n", ":", " ", "\0", "Content-Length: ", "12", "Transfer-Encoding: chunked\r\n", "Connection: close\r\n", "\u00ff");
        Prop.ForAll(pieces.ArrayOf().ToArbitrary(), parts =>
        {
            var bytes = Encoding.Latin1.GetBytes(string.Concat(parts));
            var once = new ResponseHead();
            var atOnce = once.Read(bytes);
            var head = new ResponseHead();
            var stepwise = HeadProgress.Incomplete;
            for (var count = 0; count <= bytes.Length && stepwise == HeadProgress.Incomplete; count++)
            {
                stepwise = head.Read(bytes.AsSpan(0, count));
            }

            return (atOnce, once.Status, once.Length, once.Fault) == (stepwise, head.Status, head.Length, head.Fault);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: x, Close\r\n\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n", true)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n", false)]
    [InlineData("HTTP/1.1 200\r\n\r\n", true)]
    public void KeepsAlive_FollowsVersionAndConnection(string text, bool expected)
    {
        var (head, progress, _) = Read(text);

        Assert.Equal((HeadProgress.Complete, expected), (progress, head.KeepsAlive));
    }

    [Fact]
    public void Reset_ForgetsTheHeadBefore()
    {
        var head = Read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n").Head;
        head.Reset();

        Assert.Equal(HeadProgress.Complete, head.Read("HTTP/1.1 201 Made\r\nTransfer-Encoding: Chunked\r\n\r\n"u8));
        Assert.Equal((201, null, true, true, 1), (head.Status, head.ContentLength, head.IsChunked, head.KeepsAlive, head.Count));
    }

    private static (ResponseHead Head, HeadProgress Progress, byte[] Bytes) Read(string text)
    {
        var (head, bytes) = (new ResponseHead(), Encoding.Latin1.GetBytes(text));
        return (head, head.Read(bytes), bytes);
    }

    private static List<string> Lines(ResponseHead head, byte[] bytes) =>
        [.. Enumerable.Range(0, head.Count).Select(i => $"{Encoding.Latin1.GetString(head.Name(i, bytes))}={Encoding.Latin1.GetString(head.Value(i, bytes))}")];
}
