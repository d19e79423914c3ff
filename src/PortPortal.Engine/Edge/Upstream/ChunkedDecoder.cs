using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>Takes the chunk framing off a body (RFC 9112 section 7.1); what is passed on is framed anew, never copied.</summary>
/// <remarks>Lines end in CR LF and nothing else: chunk lines are where readers that disagree get smuggled through.</remarks>
[StructLayout(LayoutKind.Auto)]
internal struct ChunkedDecoder
{
    private const int LongestLine = 4096;
    private const int MostTrailerBytes = 16 * 1024;

    private Expected _next;
    private long _left;
    private int _trailerBytes;

    private enum Expected
    {
        Size,
        Content,
        EndOfContent,
        Trailer,
        Nothing,
    }

    /// <summary>Reads one piece from the front of <paramref name="input"/>.</summary>
    /// <param name="consumed">What to drop from the front of the input before the next call; zero when more is needed.</param>
    /// <param name="piece">Where in the input the content or the trailer line is.</param>
    public ChunkedStep Next(ReadOnlySpan<byte> input, out int consumed, out Range piece)
    {
        piece = default;
        switch (_next)
        {
            case Expected.Content:
                consumed = (int)Math.Min(_left, input.Length);
                piece = ..consumed;
                _left -= consumed;
                _next = _left == 0 ? Expected.EndOfContent : Expected.Content;
                return consumed > 0 ? ChunkedStep.Content : ChunkedStep.NeedMore;

            case Expected.Nothing:
                consumed = 0;
                return ChunkedStep.End;

            default:
                return NextLine(input, out consumed, out piece);
        }
    }

    private ChunkedStep NextLine(ReadOnlySpan<byte> input, out int consumed, out Range piece)
    {
        consumed = 0;
        piece = default;
        var end = input.IndexOf((byte)'\n');
        if (end < 0)
        {
            return input.Length > LongestLine ? ChunkedStep.Malformed : ChunkedStep.NeedMore;
        }

        if (end == 0 || input[end - 1] != '\r')
        {
            return ChunkedStep.Malformed;
        }

        consumed = end + 1;
        var line = input[..(end - 1)];
        switch (_next)
        {
            case Expected.Size:
                return TryReadSize(line) ? ChunkedStep.Framing : ChunkedStep.Malformed;

            case Expected.EndOfContent:
                _next = Expected.Size;
                return line.IsEmpty ? ChunkedStep.Framing : ChunkedStep.Malformed;

            default:
                _trailerBytes += consumed;
                if (line.IsEmpty)
                {
                    _next = Expected.Nothing;
                    return ChunkedStep.End;
                }

                piece = ..(end - 1);
                return _trailerBytes <= MostTrailerBytes && HeaderLine.TryParse(line, out _, out _) ? ChunkedStep.Trailer : ChunkedStep.Malformed;
        }
    }

    private bool TryReadSize(ReadOnlySpan<byte> line)
    {
        // 15 hexadecimal digits fit a long with room for its sign.
        if (HeaderLine.HasControl(line) || !Utf8Parser.TryParse(line, out _left, out var digits, 'x') || digits > 15 || _left < 0)
        {
            return false;
        }

        _next = _left == 0 ? Expected.Trailer : Expected.Content;
        var extension = line[digits..].TrimStart((byte)' ');
        return extension.IsEmpty || extension[0] == ';';
    }
}

internal enum ChunkedStep
{
    /// <summary>Nothing can be read before more bytes arrive.</summary>
    NeedMore,

    /// <summary>Chunk lines went by; call again.</summary>
    Framing,
    Content,

    /// <summary>A well-formed trailer line, without its end.</summary>
    Trailer,

    /// <summary>The body and its trailers are over.</summary>
    End,
    Malformed,
}
