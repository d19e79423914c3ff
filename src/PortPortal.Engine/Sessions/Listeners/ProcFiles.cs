using System.Globalization;
using System.Text;

namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>What <c>/proc</c> says about processes; gone processes and closed doors are an empty answer.</summary>
internal static class ProcFiles
{
    private const int MaxName = 64;
    private const int MaxCommandLine = 4096;
    private const int MaxPath = 4096;
    private const int CommLength = 15; // TASK_COMM_LEN less its NUL

    /// <summary>In the order of their numbers: a parent mostly before the workers that inherit its socket.</summary>
    public static int[] Pids()
    {
        try
        {
            return [.. Directory.EnumerateDirectories("/proc").Select(Number).Where(pid => pid > 0).Order()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Null where the process is gone.</summary>
    public static ProcessOwner? Describe(int pid, int descriptor)
    {
        var comm = ReadFile($"/proc/{pid}/comm", 64);
        if (comm.Length == 0)
        {
            return null;
        }

        var commandLine = new CommandLine(ReadFile($"/proc/{pid}/cmdline", MaxCommandLine));
        var name = Name(Encoding.UTF8.GetString(comm).TrimEnd('\n'), commandLine.Arguments.FirstOrDefault() ?? "");
        return new(new(pid, name, commandLine.Hint(), ProjectName.From(WorkingDirectory(pid))), commandLine, descriptor);
    }

    /// <summary>The short name the kernel keeps; the program's file name where that says nothing or was cut.</summary>
    /// <remarks>Node names its main thread "MainThread" or "node-MainThread".</remarks>
    internal static string Name(string comm, string program)
    {
        program = program.TrimEnd(':')[(program.TrimEnd(':').LastIndexOf('/') + 1)..];
        var wasCut = comm.Length >= CommLength && program.StartsWith(comm, StringComparison.Ordinal);
        return ForeignText.Clean(program.Length > 0 && (wasCut || comm.EndsWith("MainThread", StringComparison.Ordinal)) ? program : comm, MaxName);
    }

    private static int Number(string path) =>
        int.TryParse(path.AsSpan(path.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static byte[] ReadFile(string path, int maxLength)
    {
        try
        {
            using var file = File.OpenHandle(path, share: FileShare.ReadWrite);
            var buffer = new byte[maxLength];
            return buffer[..RandomAccess.Read(file, buffer, 0)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string? WorkingDirectory(int pid)
    {
        var target = new byte[MaxPath];
        var length = Libc.ReadLink($"/proc/{pid}/cwd", target, target.Length);
        const string Deleted = " (deleted)";
        var path = length > 0 ? Encoding.UTF8.GetString(target, 0, (int)length) : null;
        return path is not null && path.EndsWith(Deleted, StringComparison.Ordinal) ? path[..^Deleted.Length] : path;
    }
}
