namespace PortPortal.Auth;

/// <summary>The names of the authorization policies: the least role that gets in.</summary>
internal static class Policies
{
    public const string Viewer = "Viewer";
    public const string Member = "Member";
    public const string Admin = "Admin";
}
