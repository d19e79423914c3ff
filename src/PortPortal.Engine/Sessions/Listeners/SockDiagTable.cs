using System.ComponentModel;
using Microsoft.Win32.SafeHandles;

namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>Listening sockets by netlink: the kernel walks its listener table only, a few microseconds a scan.</summary>
/// <remarks>The socket belongs to the network namespace of the thread that opened it, and stays there. Not for two threads at once.</remarks>
internal sealed class SockDiagTable : ISocketTable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly SafeFileHandle _socket;
    private readonly byte[] _buffer = new byte[64 * 1024]; // the kernel fills at most 32 KiB a datagram
    private uint _sequence;

    public SockDiagTable()
    {
        _socket = Libc.Socket(Libc.AddressFamilyNetlink, Libc.RawSocket | Libc.CloseOnExec, Libc.NetlinkSockDiag);
        if (_socket.IsInvalid)
        {
            throw Libc.LastError("This kernel opens no sock_diag socket");
        }

        Libc.SetReceiveTimeout(_socket, Patience);
    }

    public string Name => "sock_diag";

    public void Read(List<ListeningSocket> sockets, bool afresh)
    {
        Dump(SockDiag.Ipv4, sockets);
        Dump(SockDiag.Ipv6, sockets);
    }

    public void Dispose() => _socket.Dispose();

    private void Dump(byte family, List<ListeningSocket> sockets)
    {
        Span<byte> request = stackalloc byte[SockDiag.RequestLength];
        SockDiag.WriteRequest(request, family, ++_sequence);
        if (Libc.Send(_socket, request, request.Length, 0) != request.Length)
        {
            throw Libc.LastError("sock_diag takes no request");
        }

        while (true)
        {
            var length = Libc.Receive(_socket, _buffer, _buffer.Length, Libc.Truncated);
            if (length < 0)
            {
                throw Libc.LastError("sock_diag does not answer");
            }

            var progress = length <= _buffer.Length ? SockDiag.Read(_buffer.AsSpan(0, (int)length), _sequence, sockets) : DumpProgress.Broken;
            switch (progress.State)
            {
                case DumpState.Done:
                    return;
                case DumpState.Refused:
                    throw new IOException($"sock_diag refuses to list sockets: {new Win32Exception(progress.Error).Message}.");
                case DumpState.Broken:
                    throw new IOException("sock_diag answers in a form that is not known.");
            }
        }
    }
}
