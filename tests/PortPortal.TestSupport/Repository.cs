namespace PortPortal.TestSupport;

/// <summary>Finds the repository that these tests were built from.</summary>
public static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary><c>Debug</c> or <c>Release</c>, as this very assembly was built.</summary>
    public static string Configuration { get; } =
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The built program of a project under <c>src</c>.</summary>
    public static string Program(string project) => PathOf("src", project, "bin", Configuration, "net10.0", project + ".dll");

    private static string Find(string folder) => File.Exists(Path.Combine(folder, "PortPortal.sln"))
        ? folder
        : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No PortPortal.sln above the test's folder."));
}
