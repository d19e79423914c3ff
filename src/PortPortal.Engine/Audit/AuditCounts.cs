namespace PortPortal.Engine.Audit;

/// <summary>How much happened when: equal parts of a span of time, with all entries and the refused ones among them.</summary>
/// <remarks>Belongs to one reader; not shared.</remarks>
public sealed record AuditCounts(DateTimeOffset Start, DateTimeOffset End, int[] All, int[] Refused)
{
    public int Total => All.Sum();

    public int TotalRefused => Refused.Sum();

    public TimeSpan Step => (End - Start) / All.Length;

    public DateTimeOffset StartOf(int bucket) => Start + (Step * bucket);

    /// <summary>What is later than the end belongs to the last part: the present moves on while one looks.</summary>
    public void Add(DateTimeOffset at, AuditResult result)
    {
        var bucket = Math.Clamp((int)((at - Start) / Step), 0, All.Length - 1);
        All[bucket]++;
        Refused[bucket] += result == AuditResult.Refused ? 1 : 0;
    }
}
