using System.Globalization;
using System.Runtime.InteropServices;

namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>The sockets a process holds, from the links in <c>/proc/…/fd</c>.</summary>
/// <remarks>
/// By system calls, because the framework's enumeration follows every link to see whether it is a directory, and a walk over a busy machine
/// meets tens of thousands of them. Layout: linux_dirent64, getdents64(2).
/// </remarks>
internal static class ProcessSockets
{
    private const int EntryHeader = 19;

    /// <summary>Descriptor and inode of each socket; nothing where the process is gone or somebody else's.</summary>
    public static List<(int Descriptor, uint Inode)> Of(int pid)
    {
        var sockets = new List<(int, uint)>();
        using var directory = Libc.Open($"/proc/{pid}/fd", Libc.OpenDirectory | Libc.CloseOnExec);
        if (directory.IsInvalid)
        {
            return sockets;
        }

        Span<byte> entries = stackalloc byte[4096];
        while (Libc.ReadDirectory(directory, entries, entries.Length) is > 0 and var length)
        {
            for (var rest = entries[..(int)length]; rest.Length > EntryHeader;)
            {
                var size = MemoryMarshal.Read<ushort>(rest[16..]);
                if (size <= EntryHeader || size > rest.Length)
                {
                    return sockets;
                }

                var name = rest[EntryHeader..size];
                if (Inode(directory, name) is > 0 and var inode)
                {
                    sockets.Add((int.Parse(name[..name.IndexOf((byte)0)], NumberStyles.None, CultureInfo.InvariantCulture), inode));
                }

                rest = rest[size..];
            }
        }

        return sockets;
    }

    /// <summary>True while the process still holds that socket under that number.</summary>
    public static bool Holds(int pid, int descriptor, uint inode)
    {
        using var directory = Libc.Open($"/proc/{pid}/fd", Libc.OpenDirectory | Libc.CloseOnExec);
        return !directory.IsInvalid && Inode(directory, System.Text.Encoding.ASCII.GetBytes($"{descriptor}\0")) == inode;
    }

    /// <summary>0 for what is no socket.</summary>
    private static uint Inode(SafeHandle directory, ReadOnlySpan<byte> name)
    {
        var prefix = "socket:["u8;
        Span<byte> target = stackalloc byte[32];
        var length = (int)Libc.ReadLinkAt(directory, name, target, target.Length);
        return length > prefix.Length && target.StartsWith(prefix)
            && uint.TryParse(target[prefix.Length..(length - 1)], NumberStyles.None, CultureInfo.InvariantCulture, out var inode)
            ? inode
            : 0;
    }
}
