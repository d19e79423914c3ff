using PortPortal.Components.Kit;
using PortPortal.Engine.Common;

namespace PortPortal.Components.Live;

/// <summary>The three roles, and what each may do.</summary>
internal static class RoleWords
{
    public static readonly IReadOnlyList<PpOption<Role>> All =
    [
        new(Role.Viewer, "Viewer") { Title = "Sees every session and its visitors, changes nothing." },
        new(Role.Member, "Member") { Title = "Opens ports of sessions of their own, and shares them." },
        new(Role.Admin, "Admin") { Title = "May do everything, for everybody." },
    ];
}
