using PortPortal.Engine.Forwarding.Netlink;

namespace PortPortal.Engine.Forwarding.Nftables;

/// <summary>Listens to the kernel's announcements of changes and calls back for those of our table, our own included.</summary>
internal sealed class NftMonitor : IDisposable
{
    private const uint NftablesGroup = 1 << 6; // NFNLGRP_NFTABLES

    private readonly NetlinkSocket _socket = new(NetlinkSocket.Netfilter, TimeSpan.FromMilliseconds(250), NftablesGroup);
    private readonly Action _touched;
    private readonly Thread _thread;
    private volatile bool _stopped;

    public NftMonitor(Action touched)
    {
        _touched = touched;
        _thread = new(Listen) { IsBackground = true, Name = "nftables monitor" };
        _thread.Start();
    }

    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
        _socket.Dispose();
    }

    private void Listen()
    {
        while (!_stopped)
        {
            if (IsTouched())
            {
                _touched();
            }
        }
    }

    private bool IsTouched()
    {
        try
        {
            var touched = false;
            foreach (var message in new NetlinkMessages(_socket.TryReceive()))
            {
                // In every message about a table or something in it, attribute 1 is the table's name.
                touched |= message.Payload.Length > 4 && NetlinkAttributes.Find(message.Payload[4..], 1).SequenceEqual(NftTable.WireName);
            }

            return touched;
        }
        catch (NetlinkException e) when (e.Errno == Libc.Enobufs)
        {
            return true; // announcements were lost, so it may have been ours
        }
    }
}
