using PortPortal.Components.Kit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions;

namespace PortPortal.Components.Live;

/// <summary>One thing to jump to or to do.</summary>
internal sealed record PaletteItem(string Key, PaletteGroup Group, string Text)
{
    /// <summary>What stands behind the text, paler.</summary>
    public string? Detail { get; init; }

    /// <summary>At the right end: what it does to people.</summary>
    public string? Effect { get; init; }

    /// <summary>The effect is people who are there now.</summary>
    public bool Live { get; init; }

    public string? Icon { get; init; }

    /// <summary>A port is shown as its jack instead of an icon.</summary>
    public PortSign? Sign { get; init; }

    public string? Href { get; init; }

    /// <summary>What it does, where it does not lead somewhere.</summary>
    public Func<Task>? Act { get; init; }

    /// <summary>What it asks for next, where that is a choice.</summary>
    public Func<IReadOnlyList<PaletteItem>>? Next { get; init; }

    /// <summary>Runs at the second Enter only.</summary>
    public bool Dangerous { get; init; }

    /// <summary>The session that a port is of.</summary>
    public string? SessionId { get; init; }

    /// <summary>Where a port's app is, to copy.</summary>
    public Uri? Url { get; init; }

    /// <summary>How far from what was typed: 0 begins with it, 1 holds every word, 2 holds its letters in order; null for no match.</summary>
    public int? DistanceTo(string typed)
    {
        var words = typed.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.All(word => Text.Contains(word, StringComparison.OrdinalIgnoreCase) || Detail?.Contains(word, StringComparison.OrdinalIgnoreCase) == true))
        {
            return words.Length == 0 || Text.StartsWith(words[0], StringComparison.OrdinalIgnoreCase) ? 0 : 1;
        }

        var letters = typed.Replace(" ", "", StringComparison.Ordinal);
        var at = -1;
        return letters.Length >= FewestLetters && letters.All(letter => (at = Text.IndexOf($"{letter}", at + 1, StringComparison.OrdinalIgnoreCase)) >= 0) ? 2 : null;
    }

    /// <summary>Letters alone, scattered, match too much when there are few of them.</summary>
    private const int FewestLetters = 3;
}

internal enum PaletteGroup
{
    Recent,
    Ports,
    Do,
    GoTo,
}

/// <summary>What the palette offers to one reader.</summary>
internal static class PaletteItems
{
    /// <param name="expose">Opens one port of one session, by their ids.</param>
    /// <param name="links">How many links of a session work, by its id.</param>
    public static IEnumerable<PaletteItem> Of(IReadOnlyList<SessionRow> rows, SessionStatus? machine, IReadOnlyList<PortRow> plates, Func<string, bool> mayChange, SessionActs acts, Func<string, int, Task> expose, IReadOnlyDictionary<string, int> links)
    {
        foreach (var plate in plates)
        {
            yield return plate.IsExposed
                ? Port(machine!.Id, "this machine", new(plate.Port, plate.State), plate.Title)
                : new($"expose-{plate.Port}", PaletteGroup.Do, $"Expose {plate.Port} of this machine") { Detail = plate.Process, Icon = Icons.Plus, Act = () => expose(machine!.Id, plate.Port) };
        }

        if (rows.Any(row => row.Ports.Count > 0 && mayChange(row.Id)))
        {
            yield return new("check-address", PaletteGroup.Do, "Check an address against a port…") { Icon = Icons.Shield, Next = () => [.. rows.Where(row => mayChange(row.Id)).SelectMany(Checks)] };
        }

        foreach (var row in rows)
        {
            foreach (var sign in row.Ports)
            {
                yield return Port(row.Id, row.Name, sign, null);
            }

            if (mayChange(row.Id) && !row.HasEnded)
            {
                if (row.Ports.Count > 0)
                {
                    yield return Share(row);
                }

                yield return row.State == PpState.Paused
                    ? new($"resume-{row.Id}", PaletteGroup.Do, $"Resume {row.Name}") { Icon = Icons.Play, Act = () => acts.ResumeAsync(row.Id, row.Name) }
                    : new($"pause-{row.Id}", PaletteGroup.Do, $"Pause {row.Name}") { Icon = Icons.Pause, Dangerous = true, Effect = $"closes {CountText.Of(row.Ports.Count, "URL", "URLs")}, {CountText.People(row.Traffic.People)} connected", Act = () => acts.PauseAsync(row.Id, row.Name) };
            }

            yield return new($"session-{row.Id}", PaletteGroup.GoTo, $"Session {row.Name}") { Icon = Icons.Sessions, Href = $"/sessions/{row.Id}", Effect = row.Traffic.People > 0 ? $"{row.Traffic.People} now" : null, Live = row.Traffic.People > 0 };
            if (links.GetValueOrDefault(row.Id) is > 0 and var count)
            {
                yield return new($"links-{row.Id}", PaletteGroup.GoTo, $"Share links to {row.Name}") { Icon = Icons.Link, Href = $"/links?q={Uri.EscapeDataString(row.Name)}&show=active", Effect = $"{count}" };
            }

            yield return new($"activity-{row.Id}", PaletteGroup.GoTo, $"Activity of {row.Name}") { Icon = Icons.Pulse, Href = $"/activity?session={row.Id}&last=7d" };
        }
    }

    /// <summary>With several ports it asks which.</summary>
    private static PaletteItem Share(SessionRow row)
    {
        var (one, text) = (row.Ports.Count == 1, $"Share a port of {row.Name}…");
        return new($"share-{row.Id}", PaletteGroup.Do, text) { Icon = Icons.Share, Href = one ? HrefOf(row.Ports[0]) : null, Next = one ? null : Ports };

        string HrefOf(PortSign port) => $"/sessions/{row.Id}?share={port.Port}";

        IReadOnlyList<PaletteItem> Ports() => [.. row.Ports.Select(port => new PaletteItem($"share-{row.Id}-{port.Port}", PaletteGroup.Do, $"Share port {port.Port} of {row.Name}") { Sign = port, Href = HrefOf(port) })];
    }

    /// <summary>Who gets in is asked where a port's access is set.</summary>
    private static IEnumerable<PaletteItem> Checks(SessionRow row) =>
        row.Ports.Select(port => new PaletteItem($"check-{row.Id}-{port.Port}", PaletteGroup.Do, $"Who gets into port {port.Port} of {row.Name}") { Sign = port, Href = $"/sessions/{row.Id}?port={port.Port}" });

    private static PaletteItem Port(string sessionId, string session, PortSign sign, string? detail) =>
        new($"port-{sessionId}-{sign.Port}", PaletteGroup.Ports, session) { Detail = detail is null ? $"port {sign.Port}" : $"port {sign.Port} · {detail}", Sign = sign, SessionId = sessionId, Href = $"/sessions/{sessionId}?port={sign.Port}" };
}
