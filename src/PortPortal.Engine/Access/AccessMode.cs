namespace PortPortal.Engine.Access;

/// <summary>What a visitor has to prove, from narrow to wide.</summary>
public enum AccessMode
{
    Sso,
    Email,
    Pin,
    Public,
}
