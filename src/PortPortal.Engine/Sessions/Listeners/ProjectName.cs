namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>What people call the place a process works in.</summary>
/// <remarks>Read from the path alone: touching the directory could hang on a dead network mount.</remarks>
internal static class ProjectName
{
    private const int MaxLength = 64;

    /// <summary>Folders inside a project that say less than the folder above them.</summary>
    private static readonly HashSet<string> Inside = new(StringComparer.Ordinal)
    {
        "src", "app", "bin", "build", "dist", "out", "public", "server", "client", "web", "www", "frontend", "backend", "current",
    };

    /// <summary>Places where programs run that belong to no project.</summary>
    private static readonly HashSet<string> Nowhere = new(StringComparer.Ordinal)
    {
        "", "root", "home", "tmp", "usr", "var", "opt", "etc", "run", "srv", "mnt", "proc", "sys", "dev", "lib",
    };

    public static string? From(string? directory)
    {
        var parts = directory?.Split('/', StringSplitOptions.RemoveEmptyEntries) ?? [];
        var last = parts.Length - 1;
        while (last > 0 && Inside.Contains(parts[last]))
        {
            last--;
        }

        // Neither /var nor /var/src nor /home/mira is a project.
        if (last < 0 || (last == 0 && (Nowhere.Contains(parts[0]) || Inside.Contains(parts[0]))) || (last == 1 && parts[0] is "home" or "Users"))
        {
            return null;
        }

        var name = ForeignText.Clean(parts[last], MaxLength);
        return name.Length > 0 ? name : null;
    }
}
