using System.Runtime.InteropServices;

namespace PortPortal.Engine.Forwarding.Netlink;

/// <summary>One conversation with a part of the kernel's network configuration (netlink(7)).</summary>
/// <remarks>One caller at a time. It belongs to the network namespace of the thread that opened it.</remarks>
internal sealed class NetlinkSocket : IDisposable
{
    public const int Route = 0;
    public const int Netfilter = 12;

    private const int BufferSize = 256 * 1024;

    // A batch must fit into the send buffer as a whole: 12 768 forwards are about 4 MB.
    private const int SendBufferSize = 32 * 1024 * 1024;

    private readonly byte[] _buffer = new byte[BufferSize];
    private int _descriptor;
    private uint _sequence = 1;

    /// <param name="protocol"><see cref="Route"/> or <see cref="Netfilter"/>.</param>
    /// <param name="timeout">How long <see cref="Receive"/> waits.</param>
    /// <param name="groups">A bit for each multicast group to listen to.</param>
    public unsafe NetlinkSocket(int protocol, TimeSpan timeout, uint groups = 0)
    {
        _descriptor = Libc.Socket(Libc.AfNetlink, Libc.SockRaw | Libc.SockCloexec, protocol);
        if (_descriptor < 0)
        {
            throw NetlinkException.FromErrno("socket", Marshal.GetLastPInvokeError());
        }

        SetOption(Libc.SoSendBufferForce, BitConverter.GetBytes(SendBufferSize));
        SetOption(Libc.SoReceiveBufferForce, BitConverter.GetBytes(SendBufferSize));
        SetOption(Libc.SoReceiveTimeout, [.. BitConverter.GetBytes((long)timeout.TotalSeconds), .. BitConverter.GetBytes((long)timeout.Microseconds + (timeout.Milliseconds * 1000L))]);

        var address = stackalloc byte[12];
        new Span<byte>(address, 12).Clear();
        MemoryMarshal.Write(new Span<byte>(address, 2), (ushort)Libc.AfNetlink);
        MemoryMarshal.Write(new Span<byte>(address + 8, 4), groups);
        if (Libc.Bind(_descriptor, address, 12) < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            Dispose();
            throw NetlinkException.FromErrno("bind", errno);
        }
    }

    /// <summary>Numbers for a writer's messages, so that late answers to earlier calls are told apart.</summary>
    public uint ReserveSequence(int count)
    {
        var first = _sequence;
        _sequence += (uint)count;
        return first;
    }

    /// <summary>Sends messages the last of which asks for an acknowledgement, and waits for it.</summary>
    /// <exception cref="NetlinkException">The kernel refused; of a batch nothing was done.</exception>
    public void Execute(NetlinkWriter request)
    {
        Send(request.Written);
        while (true)
        {
            foreach (var message in new NetlinkMessages(Receive()))
            {
                if (message.Type != NetlinkMessage.Error || message.Sequence < request.FirstSequence)
                {
                    continue;
                }

                if (message.Errno != 0)
                {
                    throw NetlinkException.FromErrno("The kernel refused", message.Errno);
                }

                if (message.Sequence == request.AcknowledgedSequence)
                {
                    return;
                }
            }
        }
    }

    /// <summary>Sends one request for a list and hands each item of the answer to <paramref name="item"/>.</summary>
    /// <returns>False where the list changed while it was read; read it again.</returns>
    public bool Dump(NetlinkWriter request, NetlinkMessageAction item)
    {
        Send(request.Written);
        var consistent = true;
        while (true)
        {
            foreach (var message in new NetlinkMessages(Receive()))
            {
                if (message.Sequence < request.FirstSequence)
                {
                    continue;
                }

                if (message.Type == NetlinkMessage.Error && message.Errno != 0)
                {
                    throw NetlinkException.FromErrno("The kernel refused", message.Errno);
                }

                consistent &= !message.WasInterrupted;
                if (message.Type is NetlinkMessage.Done or NetlinkMessage.Error)
                {
                    return consistent;
                }

                item(message);
                if (!message.IsMultipart)
                {
                    return consistent;
                }
            }
        }
    }

    /// <summary>The next packet; empty when none came in time.</summary>
    public unsafe ReadOnlySpan<byte> TryReceive()
    {
        fixed (byte* buffer = _buffer)
        {
            while (true)
            {
                var read = Libc.Receive(_descriptor, buffer, _buffer.Length, 0);
                if (read >= 0)
                {
                    return _buffer.AsSpan(0, (int)read);
                }

                var errno = Marshal.GetLastPInvokeError();
                if (errno == Libc.Eagain)
                {
                    return [];
                }

                if (errno != Libc.Eintr)
                {
                    throw NetlinkException.FromErrno("recv", errno);
                }
            }
        }
    }

    public void Dispose()
    {
        var descriptor = Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor >= 0)
        {
            _ = Libc.Close(descriptor);
        }
    }

    private ReadOnlySpan<byte> Receive()
    {
        var packet = TryReceive();
        return packet.IsEmpty ? throw new NetlinkException("The kernel did not answer in time", 0) : packet;
    }

    private unsafe void Send(ReadOnlySpan<byte> packet)
    {
        fixed (byte* start = packet)
        {
            if (Libc.Send(_descriptor, start, packet.Length, 0) < 0)
            {
                throw NetlinkException.FromErrno("send", Marshal.GetLastPInvokeError());
            }
        }
    }

    /// <summary>Best effort: without the capability the system's limits stay, and small requests still fit.</summary>
    private unsafe void SetOption(int name, ReadOnlySpan<byte> value)
    {
        fixed (byte* start = value)
        {
            _ = Libc.SetSocketOption(_descriptor, Libc.SolSocket, name, start, value.Length);
        }
    }
}

internal delegate void NetlinkMessageAction(NetlinkMessage message);
