namespace PortPortal.Engine.Common;

internal static class UnixModes
{
    /// <summary>Gives a file or a folder exactly this mode; nothing on Windows.</summary>
    /// <remarks>Where it has it already nothing is asked of the system: root in a container may be without CAP_FOWNER, and then only an owner changes modes (chmod(2)).</remarks>
    /// <exception cref="UnauthorizedAccessException">It has another mode, and is somebody else's.</exception>
    public static void Set(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) != mode)
        {
            File.SetUnixFileMode(path, mode);
        }
    }
}
