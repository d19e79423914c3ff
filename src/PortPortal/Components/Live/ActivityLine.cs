using PortPortal.Components.Kit;
using PortPortal.Engine.Audit;

namespace PortPortal.Components.Live;

/// <summary>One line of the activity: an event, or the newest of the same refusals that came within ten minutes of one another.</summary>
/// <param name="Times">How many events the line stands for.</param>
public sealed record ActivityLine(AuditEntry Entry, int Times)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>Stays the same while older refusals join.</summary>
    public long Key => Entry.Id;

    public string Icon => ActivityWords.Icon(Entry);

    public PpState State => ActivityWords.State(Entry);

    /// <param name="entries">Newest first.</param>
    public static IReadOnlyList<ActivityLine> Fold(IEnumerable<AuditEntry> entries)
    {
        var lines = new List<ActivityLine>();
        var open = new Dictionary<AuditEntry, int>(); // what refusals have in common → their line
        foreach (var entry in entries)
        {
            if (entry.Result != AuditResult.Refused)
            {
                lines.Add(new(entry, 1));
                continue;
            }

            var same = entry with { Id = 0, At = default };
            if (open.TryGetValue(same, out var at) && lines[at].Entry.At - entry.At < Window)
            {
                lines[at] = lines[at] with { Times = lines[at].Times + 1 };
                continue;
            }

            open[same] = lines.Count;
            lines.Add(new(entry, 1));
        }

        return lines;
    }
}
