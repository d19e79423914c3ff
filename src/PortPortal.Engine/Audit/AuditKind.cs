namespace PortPortal.Engine.Audit;

/// <summary>What an entry is about, coarse enough to choose from.</summary>
public enum AuditKind
{
    Visits,
    Ports,
    Links,
    Access,
    Sessions,
    People,
    Nodes,
    Other,
}

/// <summary>Which actions belong to which kind: an action begins with its noun and a dot.</summary>
internal static class AuditKinds
{
    public static readonly IReadOnlyList<AuditKind> All = Enum.GetValues<AuditKind>();

    private static readonly Dictionary<AuditKind, string[]> Nouns = new()
    {
        [AuditKind.Visits] = ["visit.", "visitor."],
        [AuditKind.Ports] = ["port.", "forward.", "forwards."],
        [AuditKind.Links] = ["link.", "preview."],
        [AuditKind.Access] = ["pin.", "code.", "access.", "list.", "policy.", "profile."],
        [AuditKind.Sessions] = ["session."],
        [AuditKind.People] = ["user.", "key.", "passkey.", "setup.", "provider."],
        [AuditKind.Nodes] = ["node.", "tunnel."],
        [AuditKind.Other] = [],
    };

    private static readonly string[] Known = [.. Nouns.Values.SelectMany(nouns => nouns)];

    public static AuditKind Of(string action) =>
        Nouns.FirstOrDefault(kind => Array.Exists(kind.Value, noun => action.StartsWith(noun, StringComparison.Ordinal)), KeyValuePair.Create(AuditKind.Other, Array.Empty<string>())).Key;

    public static string Word(AuditKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>Entries of any of <paramref name="kinds"/>; all where none is named.</summary>
    public static IQueryable<AuditEntry> OfKinds(this IQueryable<AuditEntry> entries, IReadOnlyCollection<AuditKind> kinds)
    {
        if (kinds.Count == 0)
        {
            return entries;
        }

        var wanted = kinds.SelectMany(kind => Nouns[kind]).ToArray();
#pragma warning disable CA1310, MA0074 // translated to SQL, where bytes are compared
        return kinds.Contains(AuditKind.Other)
            ? entries.Where(entry => wanted.Any(noun => entry.Action.StartsWith(noun)) || !Known.Any(noun => entry.Action.StartsWith(noun)))
            : entries.Where(entry => wanted.Any(noun => entry.Action.StartsWith(noun)));
#pragma warning restore CA1310, MA0074
    }
}
