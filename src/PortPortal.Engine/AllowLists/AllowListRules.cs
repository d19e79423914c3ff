using PortPortal.Engine.Common;

namespace PortPortal.Engine.AllowLists;

/// <summary>Reads and judges what an admin wants of a list; adds every fault it finds, and does nothing else.</summary>
internal static class AllowListRules
{
    public const int MostEntries = 1000;

    /// <summary>The entries, each rule in its one spelling.</summary>
    /// <param name="before">The list as it stands: what has ended in it may stay.</param>
    public static IReadOnlyList<AllowedEntryRequest> Read(AllowListRequest request, AllowList? before, TimeProvider time, Faults faults)
    {
        if (IsNoNote(request.Note))
        {
            faults.Add(Refusal.Invalid("note", $"note takes at most {AllowList.NoteLength} characters and no control characters."));
        }

        var entries = request.Entries ?? [];
        if (entries.Count > MostEntries)
        {
            faults.Add(Refusal.Invalid("entries", $"entries holds at most {MostEntries} rules."));
            return [];
        }

        var read = new List<AllowedEntryRequest>();
        foreach (var (index, entry) in entries.Index())
        {
            var field = $"entries[{index}]";
            if (entry.Until <= time.GetUtcNow() && before?.Entries.Any(known => known.Rule == entry.Rule && known.Until == entry.Until) != true)
            {
                faults.Add(Refusal.Invalid($"{field}.until", $"{field}.until lies in the past: give a moment to come, in RFC 3339."));
            }

            if (IsNoNote(entry.Note))
            {
                faults.Add(Refusal.Invalid($"{field}.note", $"{field}.note takes at most {AllowList.NoteLength} characters and no control characters."));
            }

            if (!EmailRule.TryParse(entry.Rule, out var rule) || rule.Kind == EmailRuleKind.List || rule.Until is not null)
            {
                faults.Add(Refusal.Invalid($"{field}.rule", $"{field}.rule is not a rule: write an address, *@domain, *@*.domain, or ! before one of these."));
            }
            else if (read.Exists(known => known.Rule == rule.Pattern))
            {
                faults.Add(Refusal.Invalid($"{field}.rule", $"{field}.rule {rule.Pattern} is there already; leave one out."));
            }
            else
            {
                read.Add(entry with { Rule = rule.Pattern, Note = entry.Note?.Trim() is { Length: > 0 } note ? note : null });
            }
        }

        return read;
    }

    private static bool IsNoNote(string? note) => note is { Length: > AllowList.NoteLength } || note?.Any(char.IsControl) == true;
}
