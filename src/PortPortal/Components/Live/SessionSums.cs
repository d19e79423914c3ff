using PortPortal.Components.Kit;

namespace PortPortal.Components.Live;

/// <summary>What some sessions come to.</summary>
/// <param name="Running">Neither paused nor ended.</param>
/// <param name="States">How many there are of each state.</param>
public sealed record SessionSums(int Running, int People, double BytesPerSecond, IReadOnlyDictionary<PpState, int> States)
{
    public static readonly SessionSums None = Of([]);

    public static SessionSums Of(IReadOnlyList<SessionRow> rows) => new(
        rows.Count(row => !row.HasEnded && row.State != PpState.Paused),
        rows.Sum(row => row.Traffic.People),
        rows.Sum(row => row.Traffic.BytesPerSecond),
        rows.CountBy(row => row.State).ToDictionary());
}
