using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>The few system calls that the framework has no door to.</summary>
internal static partial class Libc
{
    public const int AddressFamilyNetlink = 16;
    public const int RawSocket = 3;
    public const int CloseOnExec = 0x80000;
    public const int NetlinkSockDiag = 4;
    public const int CloneNewNet = 0x40000000;
    public const int Truncated = 0x20;
    public static readonly int OpenDirectory = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 ? 0x4000 : 0x10000;
    private const int SocketLevel = 1;
    private const int ReceiveTimeout = 20;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial SafeFileHandle Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(SafeFileHandle socket, ReadOnlySpan<byte> message, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(SafeFileHandle socket, Span<byte> buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    public static partial int EnterNamespace(SafeFileHandle descriptor, int type);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    public static partial nint ReadDirectory(SafeFileHandle directory, Span<byte> entries, nint length);

    /// <param name="directory">Where the name stands.</param>
    /// <param name="name">Ended by NUL.</param>
    /// <param name="target">What the link says goes here.</param>
    /// <param name="length">How much of it fits.</param>
    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    public static partial nint ReadLinkAt(SafeHandle directory, ReadOnlySpan<byte> name, Span<byte> target, nint length);

    [LibraryImport("libc", EntryPoint = "readlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint ReadLink(string path, Span<byte> target, nint length);

    /// <summary>A kernel that never answers must not hold a thread for ever.</summary>
    public static void SetReceiveTimeout(SafeFileHandle socket, TimeSpan timeout)
    {
        Span<nint> value = [(nint)(timeout.Ticks / TimeSpan.TicksPerSecond), (nint)(timeout.Ticks % TimeSpan.TicksPerSecond / 10)];
        if (SetSocketOption(socket, SocketLevel, ReceiveTimeout, MemoryMarshal.AsBytes(value), 2 * nint.Size) != 0)
        {
            throw LastError("A netlink socket refuses a receive timeout");
        }
    }

    public static IOException LastError(string what)
    {
        var reason = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"{what}: {reason.Message}.", reason);
    }

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetSocketOption(SafeFileHandle socket, int level, int name, ReadOnlySpan<byte> value, int length);
}
