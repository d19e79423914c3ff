using PortPortal.Components.Kit;
using PortPortal.Engine.Common;

namespace PortPortal.Components.Layout;

/// <summary>One place in the navigation.</summary>
/// <param name="Key">The letter after <c>g</c>.</param>
/// <param name="Tab">What the phone's tab says; null keeps it under More.</param>
/// <param name="From">The lowest role that sees it.</param>
public sealed record NavItem(string Href, string Title, string Icon, char Key, string? Tab, Role From)
{
    /// <summary>Every page that exists, in order. A new page is one line here.</summary>
    public static readonly IReadOnlyList<NavItem> All =
    [
        new("/", "Sessions", Icons.Sessions, 's', "Sessions", Role.Viewer),
    ];

    public bool IsAdmin => From == Role.Admin;

    /// <summary>The front page owns sessions too: <c>/sessions/…</c> is beneath it.</summary>
    public bool IsAt(string path) => Href == "/"
        ? path.Length == 0 || path.StartsWith("sessions", StringComparison.Ordinal)
        : path.StartsWith(Href[1..], StringComparison.Ordinal);
}

/// <summary>The number behind a place; a warning is drawn louder.</summary>
public sealed record NavBadge(int Count, bool Warns = false);
