using Microsoft.Extensions.Logging;
using PortPortal.Engine.Forwarding.Netlink;

namespace PortPortal.Engine.Forwarding.Nftables;

/// <summary>An empty table that only this process can remove: it says whose the forwards' table is, and open flows live through somebody's <c>flush ruleset</c>.</summary>
/// <remarks>
/// The kernel stops following connections and translating their addresses, also those that are open, when the last NAT chain and the
/// last rule about connections of a network namespace go.
/// A table with an owner (Linux 5.12) is left out when everything is flushed, and goes with its owner's socket.
/// </remarks>
internal sealed partial class NftAnchor : IDisposable
{
    private const string Name = "portportal_anchor";
    private const int NewTable = 0;
    private const int NewChain = 3;
    private const int NewRule = 6;
    private const uint FlagOwner = 2;

    private readonly NetlinkSocket _socket = new(NetlinkSocket.Netfilter, TimeSpan.FromSeconds(5));

    /// <returns>Null where another process that lives has it. An older kernel knows no owners: it cannot tell, and keeps no flow.</returns>
    public static NftAnchor? TryDrop(ILogger<NftAnchor> logger)
    {
        var anchor = new NftAnchor();
        try
        {
            anchor.Drop();
            return anchor;
        }
        catch (NetlinkException e) when (e.Errno == NetlinkException.NotPermitted)
        {
            anchor.Dispose();
            return null;
        }
        catch (NetlinkException e)
        {
            Log.NoAnchor(logger, e.Message);
            return anchor;
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Drop()
    {
        var request = new NetlinkWriter(_socket.ReserveSequence(5));
        request.BeginNetfilter(subsystem: 0, NftKernel.BatchBegin, flags: 0, family: 0, resource: NftKernel.Subsystem);
        request.End();

        request.BeginNetfilter(NftKernel.Subsystem, NewTable, NetlinkWriter.Create, NftKernel.FamilyInet);
        request.Attribute(1, Name);
        request.Attribute(2, FlagOwner);
        request.End();

        request.BeginNetfilter(NftKernel.Subsystem, NewChain, NetlinkWriter.Create, NftKernel.FamilyInet);
        request.Attribute(1, Name);
        request.Attribute(3, "nat");
        var hook = request.BeginNest(4);
        request.Attribute(1, 0u); // prerouting
        request.Attribute(2, unchecked((uint)-100));
        request.EndNest(hook);
        request.Attribute(7, "nat");
        request.End();

        request.BeginNetfilter(NftKernel.Subsystem, NewRule, NetlinkWriter.Create | NetlinkWriter.Acknowledge, NftKernel.FamilyInet);
        request.Attribute(1, Name);
        request.Attribute(2, "nat");
        var expressions = request.BeginNest(4);
        var expression = request.BeginNest(1);
        request.Attribute(1, "ct");
        var content = request.BeginNest(2);
        request.Attribute(1, 1u); // into register 1, where nobody looks
        request.Attribute(2, 3u); // the mark
        request.EndNest(content);
        request.EndNest(expression);
        request.EndNest(expressions);
        request.End();

        request.BeginNetfilter(subsystem: 0, NftKernel.BatchEnd, flags: 0, family: 0, resource: NftKernel.Subsystem);
        request.End();
        _socket.Execute(request);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Open flows will not outlive a flush of all tables by someone else: {Reason}")]
        public static partial void NoAnchor(ILogger logger, string reason);
    }
}
