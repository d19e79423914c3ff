using System.Runtime.InteropServices;
using System.Text;

namespace PortPortal.Engine.Common;

/// <summary>Writes a small file so that a crash or a power cut leaves the old content or the new, never a part.</summary>
internal static partial class DurableFile
{
    private const int ReadOnly = 0; // O_RDONLY
    private const int InvalidArgument = 22; // EINVAL: this file system does not sync directories

    /// <remarks>The file has <paramref name="mode"/> from its first byte on, so a key is never readable in between.</remarks>
    public static void Write(string path, string content, UnixFileMode mode)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        using (var file = new FileStream(temporary, options))
        {
            file.Write(Encoding.UTF8.GetBytes(content));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Puts one file in the place of another in its folder; the file keeps its times.</summary>
    public static void Replace(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(to))!);
    }

    /// <summary>A rename is durable only when its directory is (fsync(2)).</summary>
    private static void SyncDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(directory, ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException($"Cannot open {directory} to sync it: error {Marshal.GetLastPInvokeError()}.");
        }

        var failed = Sync(descriptor) != 0 && Marshal.GetLastPInvokeError() != InvalidArgument;
        _ = Close(descriptor);
        if (failed)
        {
            throw new IOException($"Cannot sync {directory} to disk.");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
