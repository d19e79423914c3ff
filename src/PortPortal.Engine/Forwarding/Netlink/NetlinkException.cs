using System.Runtime.InteropServices;

namespace PortPortal.Engine.Forwarding.Netlink;

/// <summary>The kernel said no.</summary>
internal sealed class NetlinkException(string message, int errno) : Exception(message)
{
    public const int NoEntry = 2;
    public const int NotPermitted = 1;

    public int Errno => errno;

    public static NetlinkException FromErrno(string what, int errno) => new($"{what}: {Marshal.GetPInvokeErrorMessage(errno)} ({errno})", errno);
}
