using System.Globalization;
using PortPortal.Components.Kit;

namespace PortPortal.Components.Live;

/// <summary>Which sessions to show, as the filter box and the choices beside it say; it lives in the URL.</summary>
/// <remarks>Words must all be found; <c>node:</c>, <c>owner:</c> (also <c>owner:me</c>), <c>port:</c> and <c>mode:</c> look in one place only.</remarks>
public sealed record SessionFilter(string Text = "", PpState? State = null, string? Node = null, string? OwnerId = null, PpAccessMode? Mode = null)
{
    public bool IsEmpty => Text.Length == 0 && State is null && Node is null && OwnerId is null && Mode is null;

    /// <param name="me">The reader's account, for <c>owner:me</c>.</param>
    public bool Matches(SessionRow row, string me) =>
        (State is null || row.State == State) && MatchesAllButState(row, me);

    /// <summary>What the counts in the state choice count.</summary>
    public bool MatchesAllButState(SessionRow row, string me) =>
        (Node is null || row.Node == Node)
        && (OwnerId is null || row.OwnerId == OwnerId)
        && (Mode is not { } mode || row.Modes.Contains(mode))
        && Words.All(word => Matches(row, word, me));

    private IEnumerable<string> Words => Text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool Matches(SessionRow row, string word, string me)
    {
        var colon = word.IndexOf(':', StringComparison.Ordinal);
        var (place, wanted) = colon < 0 ? ("", word) : (word[..colon].ToLowerInvariant(), word[(colon + 1)..]);
        return place switch
        {
            "node" => Has(row.Node, wanted),
            "owner" when wanted.Equals("me", StringComparison.OrdinalIgnoreCase) => row.OwnerId == me,
            "owner" => Has(row.Owner, wanted),
            "port" => row.Ports.Any(port => Number(port.Port) == wanted),
            "mode" => row.Modes.Any(mode => Has(mode.Word(), wanted)),
            _ => Has(row.Name, word) || Has(row.Id, word) || Has(row.Owner, word) || Has(row.Node, word) || row.Ports.Any(port => Number(port.Port).StartsWith(word, StringComparison.Ordinal)),
        };
    }

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static string Number(int port) => port.ToString(CultureInfo.InvariantCulture);
}
