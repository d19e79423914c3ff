using System.Globalization;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Audit;

/// <summary>The newest entries, as they are written.</summary>
public sealed class AuditFeed(TimeProvider time) : LiveFeed<AuditEntry>(entry => Key(entry.Id), time)
{
    private const int Most = 200;

    internal void Add(IReadOnlyCollection<AuditEntry> entries)
    {
        Publish(entries);
        var surplus = Items.Count - Most;
        if (surplus > 0)
        {
            Remove(Items.Values.OrderBy(entry => entry.Id).Take(surplus).Select(entry => Key(entry.Id)));
        }
    }

    private static string Key(long id) => id.ToString(CultureInfo.InvariantCulture);
}
