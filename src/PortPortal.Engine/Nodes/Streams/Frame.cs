using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PortPortal.Engine.Nodes.Streams;

/// <summary>The head of one piece on a node's stream: kind, channel, length; the payload follows.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Frame(FrameKind Kind, uint Channel, int Length)
{
    public const int HeadLength = 8;

    /// <summary>Of data; small enough that a message never waits long behind one.</summary>
    public const int MaxData = 32 * 1024;

    /// <summary>Of messages: the desired state of some ten thousand ports.</summary>
    public const int MaxMessage = 4 * 1024 * 1024;

    public void Write(Span<byte> head)
    {
        head[0] = (byte)Kind;
        BinaryPrimitives.WriteUInt32BigEndian(head[1..], Channel);
        (head[5], head[6], head[7]) = ((byte)(Length >> 16), (byte)(Length >> 8), (byte)Length);
    }

    public static Frame Read(ReadOnlySpan<byte> head) =>
        new((FrameKind)head[0], BinaryPrimitives.ReadUInt32BigEndian(head[1..]), (head[5] << 16) | (head[6] << 8) | head[7]);
}

internal enum FrameKind : byte
{
    /// <summary>JSON, on channel 0.</summary>
    Message,

    /// <summary>A new channel, to the port with the id in the payload; the portal opens, the node answers.</summary>
    Open,
    Accept,

    /// <summary>No channel; the payload is one <see cref="RefusedChannel"/>.</summary>
    Refuse,
    Data,

    /// <summary>As many bytes more may be sent, four bytes in network order.</summary>
    Credit,

    /// <summary>Nothing more comes from this side.</summary>
    End,

    /// <summary>The channel is gone, both ways.</summary>
    Reset,
}

/// <summary>Why a channel was not opened.</summary>
internal enum RefusedChannel : byte
{
    NotListening,
    Unreachable,
    Unknown,
}
