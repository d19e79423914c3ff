namespace PortPortal.Engine.Exposures;

/// <summary>How many ports of a session are open at once, and which ones wait.</summary>
/// <remarks>
/// Worked out from the whole picture each time: first come, first served, equals by number. So a port that waits is taken in as soon as another
/// closes, and a profile that was narrowed puts the newest ports back in the queue. Whoever asks for one more by hand is refused instead.
/// </remarks>
internal static class ExposurePlaces
{
    /// <summary>The ids of those that wait.</summary>
    public static IReadOnlySet<string> Waiting(IEnumerable<Exposure> open, int places) => open
        .OrderBy(exposure => exposure.CreatedAt)
        .ThenBy(exposure => exposure.Port)
        .Skip(places)
        .Select(exposure => exposure.Id)
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>What a port waits for, in words.</summary>
    public static string Reason(int places) => $"All {places} places of this session are taken. It opens by itself when another port closes.";
}
