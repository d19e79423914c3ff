namespace PortPortal.Engine.Common;

/// <summary>What an account may do: look, work on its own sessions, or run the place.</summary>
public enum Role
{
    Viewer,
    Member,
    Admin,
}
