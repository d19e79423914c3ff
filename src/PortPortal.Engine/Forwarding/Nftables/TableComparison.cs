using System.Collections.Immutable;
using System.Globalization;

namespace PortPortal.Engine.Forwarding.Nftables;

/// <summary>Wanted against found, element by element.</summary>
internal sealed class TableComparison
{
    private readonly Dictionary<int, uint> _marks = [];
    private readonly Dictionary<uint, int> _ports = [];

    public TableComparison(IReadOnlyCollection<NftElement> wanted, IReadOnlyCollection<NftElement> found)
    {
        Missing = [.. wanted.Except(found)];
        Extra = [.. found.Except(wanted)];
        foreach (var element in wanted.Concat(found).Where(e => e.Set == NftTable.Marks))
        {
            if (PortOf(element) is { } port && NftElement.MarkOf(element.Value) is { } mark)
            {
                _marks.TryAdd(port, mark);
                _ports.TryAdd(mark, port);
            }
        }
    }

    public IReadOnlyList<NftElement> Missing { get; }

    public IReadOnlyList<NftElement> Extra { get; }

    /// <summary>The forwards whose flows may have gone where they should not.</summary>
    /// <remarks>Of what is merely missing the open flows were right, and may go on.</remarks>
    public IEnumerable<uint> MarksToCut() => Extra.Select(MarkOf).OfType<uint>();

    /// <summary>One entry for each forward, however many of its elements differ.</summary>
    public ImmutableArray<ForwardDrift> Drift()
    {
        var missing = Missing.ToLookup(IdentityOf);
        var extra = Extra.ToLookup(IdentityOf);
        return
        [
            .. missing.Select(g => g.Key).Union(extra.Select(g => g.Key)).Select(identity => new ForwardDrift(
                KindOf(missing[identity].Any(), extra[identity].Any()),
                identity.Mark,
                identity.Port,
                TextOf(missing[identity]),
                TextOf(extra[identity]))),
        ];
    }

    /// <summary>A table that is gone, or whose rules are others; its elements are not listed one by one.</summary>
    public static ImmutableArray<ForwardDrift> OfTable(DriftKind kind) =>
        [new(kind, Mark: null, PublicPort: null, $"table inet {NftTable.Name}", kind == DriftKind.Missing ? null : $"table inet {NftTable.Name} with other rules")];

    private static DriftKind KindOf(bool isMissing, bool isExtra) =>
        isMissing && isExtra ? DriftKind.Changed : isMissing ? DriftKind.Missing : DriftKind.LeftOver;

    private static string? TextOf(IEnumerable<NftElement> elements)
    {
        var text = string.Join("; ", elements.Select(e => e.ToString()).Order(StringComparer.Ordinal));
        return text.Length == 0 ? null : text;
    }

    private static int? PortOf(NftElement element) => element.Set.Key[^1] == NftType.Port
        ? int.Parse(element.Key[(element.Key.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)
        : null;

    private uint? MarkOf(NftElement element)
    {
        if (element.Set == NftTable.Marks)
        {
            return NftElement.MarkOf(element.Value);
        }

        if (element.Set.Key[0] == NftType.Mark)
        {
            return NftElement.MarkOf(element.Key);
        }

        return PortOf(element) is { } port && _marks.TryGetValue(port, out var mark) ? mark : null;
    }

    private (uint? Mark, int? Port) IdentityOf(NftElement element)
    {
        var mark = MarkOf(element);
        return (mark, PortOf(element) ?? (mark is { } known && _ports.TryGetValue(known, out var port) ? port : null));
    }
}
