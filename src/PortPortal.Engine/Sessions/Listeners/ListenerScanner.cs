using PortPortal.Engine.Common;

namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>Looks which TCP ports are listened on in one network namespace, by whom, and what they seem to be.</summary>
/// <remarks>PortPortal's own ports are left out. One scan at a time. Dispose it when the namespace is done with: its open socket keeps a namespace alive.</remarks>
internal sealed class ListenerScanner(NetworkNamespace place, SocketOwners owners, HidingRule hiding, IReadOnlyList<Func<ISocketTable>>? tables = null) : IDisposable
{
    private static readonly Func<ISocketTable>[] BestFirst = [() => new SockDiagTable(), () => new ProcNetTable()];

    private ISocketTable? _table;
    private PortRange _ephemeral = PortRange.LinuxEphemeral;
    private List<ListeningSocket> _lastSockets = [];

    public ListenerScan Scan()
    {
        try
        {
            _table ??= Open();
            return new(Describe(ReadSettled(_table)), _table.Name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var method = _table?.Name ?? "none";
            Dispose();
            return new([], method, e.Message);
        }
    }

    public void Dispose()
    {
        _table?.Dispose();
        _table = null;
    }

    /// <summary>The first table that opens and answers.</summary>
    private ISocketTable Open() => place.Visit(() =>
    {
        _ephemeral = PortRange.ReadEphemeral();
        IOException? reason = OperatingSystem.IsLinux() ? null : new("Listening ports can be seen on Linux only.");
        foreach (var open in tables ?? BestFirst)
        {
            ISocketTable? table = null;
            try
            {
                table = open();
                table.Read([], afresh: true);
                return table;
            }
            catch (IOException e)
            {
                table?.Dispose();
                reason ??= e;
            }
        }

        throw reason ?? new IOException("There is no way to list sockets here.");
    });

    /// <summary>A list that changes while it is read can leave a socket out, so nothing is gone before a second look agrees.</summary>
    private List<ListeningSocket> ReadSettled(ISocketTable table)
    {
        var sockets = Read(table, afresh: false);
        var seen = sockets.Select(socket => socket.Inode).ToHashSet();
        if (_lastSockets.Exists(socket => !seen.Contains(socket.Inode)))
        {
            sockets = [.. sockets.Union(Read(table, afresh: true))];
            sockets.Sort(ListeningSocket.Compare);
        }

        return _lastSockets = sockets;
    }

    private List<ListeningSocket> Read(ISocketTable table, bool afresh)
    {
        var sockets = new List<ListeningSocket>();
        table.Read(sockets, afresh);

        // Public ports are there by the thousand: looking up whose they are would read as many files, every second.
        sockets.RemoveAll(socket => hiding.IsOwn(socket.Port));
        sockets.Sort(ListeningSocket.Compare);
        return sockets;
    }

    private ValueList<DetectedListener> Describe(List<ListeningSocket> sockets)
    {
        var ownerOf = owners.Find([.. sockets.Select(socket => socket.Inode)]);
        return [.. sockets.GroupBy(socket => socket.Port).Select(port => Describe(port.Key, [.. port], ownerOf))];
    }

    private DetectedListener Describe(int port, List<ListeningSocket> sockets, IReadOnlyDictionary<uint, ProcessOwner?> ownerOf)
    {
        var speaker = sockets.Find(socket => ownerOf[socket.Inode] is not null);
        var owner = speaker == default ? null : ownerOf[speaker.Inode];
        var address = ListenerAddress.Of(sockets.Select(socket => socket.Address), sockets.Exists(socket => socket.Ipv6Only));
        var guess = Guesser.Guess(port, owner);
        return new()
        {
            Port = port,
            Address = address,
            Inode = owner is null ? sockets[0].Inode : speaker.Inode,
            Process = owner?.Process,
            Guess = guess,
            Hidden = hiding.Judge(port, address, owner, guess, _ephemeral),
        };
    }
}
