using PortPortal.Engine.Common;

namespace PortPortal.Api;

internal static class RoleMember
{
    /// <summary>The member <c>role</c>; null where it is not given.</summary>
    public static Role? Role(this JsonBody body)
    {
        switch (body.Text("role"))
        {
            case null: return null;
            case "viewer": return Engine.Common.Role.Viewer;
            case "member": return Engine.Common.Role.Member;
            case "admin": return Engine.Common.Role.Admin;
            default:
                body.Faults.Add(Refusal.Invalid("role", "role is viewer, member or admin."));
                return null;
        }
    }
}
