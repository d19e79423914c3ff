using System.Net;
using Microsoft.AspNetCore.Http;

namespace PortPortal.Engine.Edge;

/// <summary>Where a request really comes from: the other end of the socket, whatever its headers claim.</summary>
internal static class PeerAddress
{
    public static IPAddress Of(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    public static string Text(HttpContext context) => Of(context).ToString();
}
