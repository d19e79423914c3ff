using PortPortal.Components.Kit;

namespace PortPortal.Components.Live;

/// <summary>The nodes and owners that a table of sessions can be narrowed to.</summary>
public sealed record SessionChoices(IReadOnlyList<PpOption<string>> Nodes, IReadOnlyList<PpOption<string>> Owners)
{
    /// <summary>The choice that does not choose.</summary>
    public const string Any = "";

    public static readonly SessionChoices None = Of([]);

    public static SessionChoices Of(IReadOnlyList<SessionRow> rows) => new(
        [new(Any, "Any node"), .. rows.Select(row => row.Node).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(node => new PpOption<string>(node, node))],
        [new(Any, "Anyone"), .. rows.DistinctBy(row => row.OwnerId, StringComparer.Ordinal).OrderBy(row => row.Owner, StringComparer.Ordinal).Select(row => new PpOption<string>(row.OwnerId, row.Owner))]);
}
