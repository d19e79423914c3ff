namespace PortPortal.SystemTests;

/// <summary>A test of the real kernel: it needs root on Linux and the named programs, and says so where it cannot run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SystemFactAttribute : FactAttribute
{
    /// <param name="programs">What it calls, beyond <c>ip</c>, and folders of the repository it needs; tests/run.sh brings them.</param>
    public SystemFactAttribute(params string[] programs) => Skip = Missing(programs);

    private static string? Missing(string[] programs)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return "needs root on Linux (CAP_NET_ADMIN) for network namespaces";
        }

        var absent = programs.Append("ip").Where(program => !Folders().Any(folder => Path.Exists(Path.Combine(folder, program)))).ToList();
        return absent.Count == 0 ? null : $"needs {string.Join(", ", absent)}; tests/run.sh installs what is missing";
    }

    private static IEnumerable<string> Folders() => ["/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/bin", Repository.Root];
}
