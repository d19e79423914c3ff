using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using PortPortal.Engine.Edge.Listener;

namespace PortPortal.Tests.Edge.Listener;

public sealed class ClientHelloTests
{
    [Theory]
    [InlineData(SslProtocols.Tls12, false)]
    [InlineData(SslProtocols.Tls13, true)]
    [InlineData(SslProtocols.Tls12 | SslProtocols.Tls13, true)]
    public async Task ReadAsync_RealHello_TellsTls13(SslProtocols offered, bool expected)
    {
        var hello = await ReadAsync(await RealHelloAsync(offered));

        Assert.Equal(expected, hello!.OffersTls13);
    }

    [Fact]
    public async Task ReadAsync_WholeHello_LeavesEveryByteInPlace()
    {
        byte[] bytes = [.. await RealHelloAsync(), 1, 2, 3];

        Assert.Equal(bytes, await RestAsync((await ReadAsync(bytes))!.Reader));
    }

    [Fact]
    public async Task ReadAsync_HelloInPieces_IsOneRecordFollowedByTheRest()
    {
        var whole = await RealHelloAsync();
        byte[] pieces = [.. Piece(whole[5..7]), .. Piece(whole[7..40]), .. Piece(whole[40..]), 0x17, 3, 3];

        var hello = await ReadAsync(pieces);

        Assert.True(hello!.OffersTls13);
        Assert.Equal([.. whole, 0x17, 3, 3], await RestAsync(hello.Reader));
    }

    [Fact]
    public async Task ReadAsync_CutShortAnywhere_IsNone()
    {
        var whole = await RealHelloAsync();

        for (var length = 1; length < whole.Length; length++)
        {
            Assert.Null(await ReadAsync(whole[..length]));
        }
    }

    [Fact]
    public async Task ReadAsync_AnyByteChanged_NeverThrows()
    {
        var whole = await RealHelloAsync();
        for (var i = 0; i < whole.Length; i++)
        {
            var changed = whole.ToArray();
            changed[i] ^= (byte)RandomNumberGenerator.GetInt32(1, 256);
            await ReadAsync(changed);
        }
    }

    [Fact]
    public async Task ReadAsync_LongerThanARecordMayBe_IsNone()
    {
        // A message that says it has 1 MB, in full records.
        byte[] bytes = [.. Piece([1, 0x10, 0, 0, .. new byte[16_000]]), .. Piece(new byte[16_000])];

        Assert.Null(await ReadAsync(bytes, completed: false));
    }

    /// <summary>What .NET's own client sends first.</summary>
    private static async Task<byte[]> RealHelloAsync(SslProtocols offered = SslProtocols.None)
    {
        await using var sent = new MemoryStream();
        await using var tls = new SslStream(new Halfway(sent));
        await Assert.ThrowsAnyAsync<Exception>(() => tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "a.localhost", EnabledSslProtocols = offered }).WaitAsync(RunningEdge.Deadline));
        return sent.ToArray();
    }

    private static async Task<ClientHello?> ReadAsync(byte[] bytes, bool completed = true)
    {
        using var deadline = new CancellationTokenSource(RunningEdge.Deadline);
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(bytes, deadline.Token);
        if (completed)
        {
            await pipe.Writer.CompleteAsync();
        }

        return await ClientHello.ReadAsync(pipe.Reader, deadline.Token);
    }

    /// <summary>Reads as SslStream does: what is read is consumed.</summary>
    private static async Task<byte[]> RestAsync(PipeReader reader)
    {
        var all = new List<byte>();
        while (true)
        {
            var read = await reader.ReadAsync().AsTask().WaitAsync(RunningEdge.Deadline);
            var taken = read.Buffer.Slice(0, Math.Min(100, read.Buffer.Length));
            all.AddRange(taken.ToArray());
            reader.AdvanceTo(taken.End);
            if (read.IsCompleted && taken.Length == read.Buffer.Length)
            {
                return [.. all];
            }
        }
    }

    private static byte[] Piece(byte[] content) => [0x16, 3, 1, (byte)(content.Length >> 8), (byte)content.Length, .. content];

    /// <summary>Takes what is written and answers with the end of the stream.</summary>
    private sealed class Halfway(Stream written) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => 0;

        public override void Write(byte[] buffer, int offset, int count) => written.Write(buffer, offset, count);

        public override void Flush() => written.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
