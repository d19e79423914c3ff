using PortPortal.Engine.AllowLists;
using PortPortal.Engine.Exposures;
using PortPortal.Sdk;

namespace PortPortal.Wire;

/// <summary>Allow-lists, and what they say of an address.</summary>
internal static class AllowListMapping
{
    public static AllowListInfo ToInfo(this AllowListStatus list, AllowListUse use) => new()
    {
        Name = list.Name,
        Note = list.Note,
        CreatedAt = list.CreatedAt,
        Entries = [.. list.Entries.Select(entry => new AllowedEntryInfo { Rule = entry.Rule, Until = entry.Until, Note = entry.Note, AddedBy = entry.AddedBy, AddedAt = entry.AddedAt })],
        Ports = use.Of(list.Name).Count(),
    };

    public static AddressTestInfo ToInfo(this AddressTest test) => new()
    {
        Address = test.Address,
        Admitted = test.Admitted,
        Reason = test.Reason,
        Matches = [.. test.Matches.Select(match => new RuleMatchInfo(match.Rule, match.List, match.KeepsOut, match.Until, match.Ended))],
    };
}
