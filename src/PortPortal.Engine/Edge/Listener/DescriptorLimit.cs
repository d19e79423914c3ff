namespace PortPortal.Engine.Edge.Listener;

/// <summary>How many connections the process can hold: each may need a descriptor towards the client and one towards the app.</summary>
internal static class DescriptorLimit
{
    /// <summary>Kept for the database, files, the portal's own calls, and connections that are just being turned away.</summary>
    private const int Reserve = 1_000;

    private const int WhereUnknown = 4_096;

    public static int MaxConnections { get; } = For(Read());

    public static int For(long descriptors) => (int)Math.Clamp((descriptors - Reserve) / 2, 64, 1_000_000);

    /// <summary>The soft limit, which .NET has raised to the hard one by now (getrlimit(2)).</summary>
    private static long Read()
    {
        if (!File.Exists("/proc/self/limits"))
        {
            return WhereUnknown;
        }

        var line = File.ReadLines("/proc/self/limits").FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        var words = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (words.Length < 4)
        {
            return WhereUnknown;
        }

        return long.TryParse(words[3], System.Globalization.CultureInfo.InvariantCulture, out var limit) ? limit : long.MaxValue;
    }
}
