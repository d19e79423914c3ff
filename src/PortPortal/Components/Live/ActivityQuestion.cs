using System.Net;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;

namespace PortPortal.Components.Live;

/// <summary>What someone types into the activity's filter: <c>name:value</c> pairs, an address, or words of the sentence.</summary>
internal static class ActivityQuestion
{
    /// <summary>The filter with what was typed; a part that is there already is replaced.</summary>
    public static AuditFilter Add(AuditFilter filter, string typed, Faults faults)
    {
        var values = AuditFilterText.Write(filter).ToDictionary(StringComparer.Ordinal);
        var words = new List<string>();
        foreach (var word in typed.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = word.IndexOf(':', StringComparison.Ordinal);
            var name = colon < 0 ? "" : word[..colon].ToLowerInvariant();
            if (AuditFilterText.Names.Contains(name))
            {
                values[name] = word[(colon + 1)..];
            }
            else if (IPAddress.TryParse(word, out _) && word.AsSpan().ContainsAny('.', ':'))
            {
                values["ip"] = word;
            }
            else
            {
                words.Add(word);
            }
        }

        if (words.Count > 0)
        {
            values["q"] = string.Join(' ', words);
        }

        return AuditFilterText.Read(values.GetValueOrDefault, faults);
    }
}
