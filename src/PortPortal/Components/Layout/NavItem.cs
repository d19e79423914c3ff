using System.Reflection;
using Microsoft.AspNetCore.Components;
using PortPortal.Components.Kit;
using PortPortal.Engine.Common;

namespace PortPortal.Components.Layout;

/// <summary>One place in the navigation.</summary>
/// <param name="Key">The letter after <c>g</c>.</param>
/// <param name="Tab">What the phone's tab says; null keeps it under More.</param>
/// <param name="From">The lowest role that sees it.</param>
public sealed record NavItem(string Href, string Title, string Icon, char Key, string? Tab, Role From)
{
    /// <summary>Every place, in order.</summary>
    private static readonly NavItem[] Places =
    [
        new("/", "Sessions", Icons.Sessions, 's', "Sessions", Role.Viewer),
        new("/links", "Share links", Icons.Link, 'l', "Links", Role.Viewer),
        new("/activity", "Activity", Icons.Pulse, 'a', "Activity", Role.Viewer),
        new("/access", "Access", Icons.Shield, 'c', null, Role.Admin),
        new("/nodes", "Nodes & tunnels", Icons.Mesh, 'n', null, Role.Admin),
        new("/users", "People", Icons.Users, 'u', null, Role.Admin),
        new("/outbox", "Outbox", Icons.Mail, 'o', null, Role.Admin),
        new("/settings", "Settings", Icons.Gear, 'e', null, Role.Admin),
    ];

    /// <summary>The places that have a page: one appears with its <c>@page</c>, so that no entry leads nowhere.</summary>
    public static readonly IReadOnlyList<NavItem> All = Existing();

    public bool IsAdmin => From == Role.Admin;

    /// <summary>The front page owns sessions too: <c>/sessions/…</c> is beneath it.</summary>
    public bool IsAt(string path) => Href == "/"
        ? path.Length == 0 || path.StartsWith("sessions", StringComparison.Ordinal)
        : path.StartsWith(Href[1..], StringComparison.Ordinal);

    private static NavItem[] Existing()
    {
        var routes = typeof(NavItem).Assembly.GetTypes().SelectMany(type => type.GetCustomAttributes<RouteAttribute>()).Select(route => route.Template).ToHashSet(StringComparer.Ordinal);
        return [.. Places.Where(place => routes.Contains(place.Href))];
    }
}

/// <summary>The number behind a place; a warning is drawn louder.</summary>
public sealed record NavBadge(int Count, bool Warns = false);
