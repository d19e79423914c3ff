using Microsoft.Win32.SafeHandles;

namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>Listening sockets from <c>/proc/net</c>, for kernels and sandboxes without sock_diag.</summary>
/// <remarks>
/// Opening the files ties them to the network namespace of the thread that does it. Every read of tcp and tcp6 makes the kernel walk its whole
/// table of connections, empty or not: milliseconds. So the counters of sockstat are looked at first, and as long as they stand still
/// the last answer is good, but for one scan only: one socket may have come in the moment another went, and two seconds are all a new one has.
/// </remarks>
internal sealed class ProcNetTable : ISocketTable
{
    private readonly SafeFileHandle[] _tables;
    private readonly SafeFileHandle[] _counters;
    private readonly List<ListeningSocket> _last = [];
    private byte[] _lastCounters = [];
    private byte[] _buffer = new byte[16 * 1024];
    private bool _reused;

    /// <param name="directory">A <c>/proc/…/net</c>, or a copy of one in a test.</param>
    public ProcNetTable(string directory = "/proc/thread-self/net")
    {
        _tables = Open(directory, "tcp", "tcp6");
        _counters = Open(directory, "sockstat", "sockstat6");
        if (_tables.Length == 0)
        {
            throw new IOException($"{directory} has neither tcp nor tcp6.");
        }
    }

    public string Name => "/proc/net";

    public void Read(List<ListeningSocket> sockets, bool afresh)
    {
        var counters = ReadCounters();
        if (afresh || _reused || counters.Length == 0 || !counters.AsSpan().SequenceEqual(_lastCounters))
        {
            ReadTables();
            (_lastCounters, _reused) = (counters, false);
        }
        else
        {
            _reused = true;
        }

        sockets.AddRange(_last);
    }

    public void Dispose()
    {
        foreach (var file in _tables.Concat(_counters))
        {
            file.Dispose();
        }
    }

    /// <summary>A kernel without IPv6 has no tcp6, and that is no fault.</summary>
    private static SafeFileHandle[] Open(string directory, params IEnumerable<string> names) =>
        [.. names.Select(name => Path.Combine(directory, name)).Where(File.Exists).Select(path => File.OpenHandle(path, share: FileShare.ReadWrite))];

    private void ReadTables()
    {
        _last.Clear();
        foreach (var table in _tables)
        {
            ProcNetTcp.Read(ReadWhole(table), _last);
        }
    }

    /// <summary>The lines that begin with <c>TCP</c>: in use, orphaned, waiting, allocated, memory.</summary>
    private byte[] ReadCounters()
    {
        var lines = new List<byte>();
        foreach (var file in _counters)
        {
            var text = ReadWhole(file);
            foreach (var range in text.Split((byte)'\n'))
            {
                if (text[range].StartsWith("TCP"u8))
                {
                    lines.AddRange(text[range]);
                }
            }
        }

        return [.. lines];
    }

    private ReadOnlySpan<byte> ReadWhole(SafeFileHandle file)
    {
        var length = 0;
        while (true)
        {
            var read = RandomAccess.Read(file, _buffer.AsSpan(length), length);
            if (read == 0)
            {
                return _buffer.AsSpan(0, length);
            }

            length += read;
            if (length == _buffer.Length)
            {
                Array.Resize(ref _buffer, 2 * length);
            }
        }
    }
}
