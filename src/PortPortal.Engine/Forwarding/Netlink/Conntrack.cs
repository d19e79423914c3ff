using System.Buffers.Binary;

namespace PortPortal.Engine.Forwarding.Netlink;

/// <summary>Forgets flows by their mark, so that their next packet finds no translation (linux/netfilter/nfnetlink_conntrack.h).</summary>
internal sealed class Conntrack : IDisposable
{
    private const int Subsystem = 1;
    private const int Get = 1;
    private const int Delete = 2;
    private const int TupleOriginal = 1;
    private const int Mark = 8;
    private const int MarkMask = 21;

    // One message walks the kernel's whole table once; beyond a few marks one list and single deletions are cheaper.
    private const int MarksByWalk = 4;

    private readonly NetlinkSocket _socket = new(NetlinkSocket.Netfilter, TimeSpan.FromSeconds(5));

    /// <param name="marks">Whole connection marks.</param>
    /// <param name="commonMask">The bits that all of them share.</param>
    public void Forget(IReadOnlySet<uint> marks, uint commonMask)
    {
        if (marks.Count <= MarksByWalk)
        {
            foreach (var mark in marks)
            {
                ForgetAll(mark);
            }
        }
        else
        {
            foreach (var (family, tuple) in List(marks, commonMask))
            {
                ForgetOne(family, tuple);
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private void ForgetAll(uint mark)
    {
        var request = new NetlinkWriter(_socket.ReserveSequence(1));
        request.BeginNetfilter(Subsystem, Delete, NetlinkWriter.Acknowledge, family: 0);
        request.Attribute(Mark, mark);
        request.Attribute(MarkMask, uint.MaxValue);
        request.End();
        _socket.Execute(request);
    }

    private List<(byte Family, byte[] Tuple)> List(IReadOnlySet<uint> marks, uint commonMask)
    {
        var flows = new List<(byte, byte[])>();
        var request = new NetlinkWriter(_socket.ReserveSequence(1));
        request.BeginNetfilter(Subsystem, Get, NetlinkWriter.Dump, family: 0);
        request.Attribute(Mark, marks.First() & commonMask);
        request.Attribute(MarkMask, commonMask);
        request.End();
        _socket.Dump(request, message =>
        {
            var attributes = message.Payload[4..];
            if (NetlinkAttributes.Find(attributes, Mark) is { Length: 4 } mark && marks.Contains(BinaryPrimitives.ReadUInt32BigEndian(mark)))
            {
                flows.Add((message.Payload[0], NetlinkAttributes.Find(attributes, TupleOriginal).ToArray()));
            }
        });
        return flows;
    }

    private void ForgetOne(byte family, byte[] tuple)
    {
        const int Nested = 0x8000;
        var request = new NetlinkWriter(_socket.ReserveSequence(1));
        request.BeginNetfilter(Subsystem, Delete, NetlinkWriter.Acknowledge, family);
        request.Attribute(TupleOriginal | Nested, tuple);
        request.End();
        try
        {
            _socket.Execute(request);
        }
        catch (NetlinkException e) when (e.Errno == NetlinkException.NoEntry)
        {
            // It ended by itself meanwhile.
        }
    }
}
