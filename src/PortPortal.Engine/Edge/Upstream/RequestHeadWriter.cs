using System.Buffers;
using System.Text;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>Writes a request's first line and headers as HTTP/1.1 bytes.</summary>
internal struct RequestHeadWriter(byte[] buffer) : IHeaderSink
{
    private static readonly SearchValues<char> LineBreakers = SearchValues.Create("\r\n\0");

    private int _length;

    /// <summary>The buffer in use, which is another than the one given once that was too small; both come from the shared pool.</summary>
    public byte[] Buffer { get; private set; } = buffer;

    public readonly int Length => _length;

    public void Start(string method, string target)
    {
        Reserve(method.Length + target.Length + 12);
        Put(method);
        Put(" "u8);
        Put(target);
        Put(" HTTP/1.1\r\n"u8);
    }

    public void Add(string name, string value)
    {
        // Whoever made the value has judged it; this is the wall behind which one line could become two.
        if (value.AsSpan().ContainsAny(LineBreakers))
        {
            throw new ArgumentException($"The value of {name} holds a line break.", nameof(value));
        }

        Reserve(name.Length + value.Length + 4);
        Put(name);
        Put(": "u8);
        Put(value);
        Put("\r\n"u8);
    }

    public void End()
    {
        Reserve(2);
        Put("\r\n"u8);
    }

    private void Put(string text) => _length += Encoding.Latin1.GetBytes(text, Buffer.AsSpan(_length));

    private void Put(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Buffer.AsSpan(_length));
        _length += text.Length;
    }

    private void Reserve(int count)
    {
        if (Buffer.Length - _length >= count)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Buffer.Length * 2, _length + count));
        Buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(Buffer);
        Buffer = larger;
    }
}
