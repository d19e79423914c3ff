using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>The status line and header lines of an app's response, read as they arrive (RFC 9112).</summary>
/// <remarks>
/// Strict where two readers could see two things (framing, names, control characters, folded lines), lenient where nothing depends on it: a bare LF ends a line,
/// the reason may be missing. Lines are kept as places in the buffer, so an instance serves one response after another without allocating.
/// </remarks>
internal sealed class ResponseHead
{
    public const int MostBytes = 64 * 1024;

    public const int MostLines = 256;

    private readonly List<Line> _lines = new(16);
    private int _parsed;
    private bool _hasStatus;
    private bool _isHttp11;
    private Place _reason;

    public int Status { get; private set; }

    /// <summary>Bytes of the whole head with its empty line, once it is complete.</summary>
    public int Length { get; private set; }

    public int Count => _lines.Count;

    public long? ContentLength { get; private set; }

    public bool IsChunked { get; private set; }

    /// <summary>The app may be asked something else on this connection afterwards.</summary>
    public bool KeepsAlive { get; private set; }

    /// <summary>Why the head was refused, in technical words.</summary>
    public string? Fault { get; private set; }

    public void Reset()
    {
        _lines.Clear();
        (_parsed, _hasStatus, _reason) = (0, false, default);
        (Status, Length, ContentLength, IsChunked, KeepsAlive, Fault) = (0, 0, null, false, false, null);
    }

    /// <summary>Goes on where it stopped; <paramref name="bytes"/> always begins at the head's first byte.</summary>
    public HeadProgress Read(ReadOnlySpan<byte> bytes)
    {
        while (bytes[_parsed..].IndexOf((byte)'\n') is >= 0 and var end)
        {
            var line = bytes.Slice(_parsed, end);
            line = line is [.., (byte)'\r'] ? line[..^1] : line;
            var start = _parsed;
            _parsed += end + 1;
            if (_hasStatus && line.IsEmpty)
            {
                Length = _parsed;
                return Length <= MostBytes || Refuse("the head is too long") ? HeadProgress.Complete : HeadProgress.Malformed;
            }

            if (!(_hasStatus ? ReadLine(line, start) : ReadStatus(line, start)))
            {
                return HeadProgress.Malformed;
            }
        }

        return bytes.Length < MostBytes || Refuse("the head is too long") ? HeadProgress.Incomplete : HeadProgress.Malformed;
    }

    public ReadOnlySpan<byte> Name(int line, ReadOnlySpan<byte> bytes) => _lines[line].Name.In(bytes);

    public ReadOnlySpan<byte> Value(int line, ReadOnlySpan<byte> bytes) => _lines[line].Value.In(bytes);

    public ReadOnlySpan<byte> Reason(ReadOnlySpan<byte> bytes) => _reason.In(bytes);

    private bool ReadStatus(ReadOnlySpan<byte> line, int start)
    {
        _hasStatus = true;
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[7] is not ((byte)'0' or (byte)'1') || line[8] != ' '
            || !Utf8Parser.TryParse(line.Slice(9, 3), out int status, out var digits) || digits != 3 || status < 100
            || (line.Length > 12 && line[12] != ' ') || HeaderLine.HasControl(line))
        {
            return Refuse("the first line is not an HTTP/1 status");
        }

        Status = status;
        _isHttp11 = KeepsAlive = line[7] == '1';
        _reason = new Place(start + Math.Min(line.Length, 13), Math.Max(0, line.Length - 13));
        return true;
    }

    private bool ReadLine(ReadOnlySpan<byte> line, int start)
    {
        if (_lines.Count == MostLines)
        {
            return Refuse("there are too many header lines");
        }

        if (!HeaderLine.TryParse(line, out var name, out var value))
        {
            return Refuse("a header line is malformed");
        }

        _lines.Add(new Line(new Place(start + name.Start.Value, name.End.Value - name.Start.Value), new Place(start + value.Start.Value, value.End.Value - value.Start.Value)));
        return Weigh(line[name], line[value]);
    }

    /// <summary>Picks out what decides where the response ends and what becomes of the connection.</summary>
    private bool Weigh(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        switch (name.Length)
        {
            case 14 when Ascii.EqualsIgnoreCase(name, "content-length"u8):
                if (value.IsEmpty || value.ContainsAnyExceptInRange((byte)'0', (byte)'9') || !Utf8Parser.TryParse(value, out long length, out _) || (ContentLength ?? length) != length)
                {
                    return Refuse("the content length is not one number");
                }

                ContentLength = length;
                return true;

            case 17 when Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8):
                if (IsChunked || !_isHttp11 || !Ascii.EqualsIgnoreCase(value, "chunked"u8))
                {
                    return Refuse("the transfer encoding is not plain chunked");
                }

                IsChunked = true;
                return true;

            case 10 when Ascii.EqualsIgnoreCase(name, "connection"u8):
                KeepsAlive &= !HopByHop.HasToken(Encoding.Latin1.GetString(value), "close");
                return true;

            default:
                return true;
        }
    }

    private bool Refuse(string fault)
    {
        Fault = fault;
        return false;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Place(int Start, int Length)
    {
        public ReadOnlySpan<byte> In(ReadOnlySpan<byte> bytes) => bytes.Slice(Start, Length);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Line(Place Name, Place Value);
}

internal enum HeadProgress
{
    Incomplete,
    Complete,
    Malformed,
}

/// <summary>One line of a header or trailer section.</summary>
internal static class HeaderLine
{
    private static readonly SearchValues<byte> TokenBytes = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Where(value => value != '\t').Select(value => (byte)value), 127]);

    /// <summary>Splits a line without its end at the first colon; false for a folded line, a name that is no token, a control character.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out Range name, out Range value)
    {
        (name, value) = (default, default);
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].ContainsAnyExcept(TokenBytes) || HasControl(line[(colon + 1)..]))
        {
            return false;
        }

        var start = colon + 1;
        var end = line.Length;
        while (start < end && line[start] is (byte)' ' or (byte)'\t')
        {
            start++;
        }

        while (end > start && line[end - 1] is (byte)' ' or (byte)'\t')
        {
            end--;
        }

        (name, value) = (..colon, start..end);
        return true;
    }

    public static bool HasControl(ReadOnlySpan<byte> text) => text.ContainsAny(Controls);
}
