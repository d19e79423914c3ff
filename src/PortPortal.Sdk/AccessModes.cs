namespace PortPortal.Sdk;

/// <summary>What a port asks of its visitors, from narrow to wide.</summary>
public static class AccessModes
{
    /// <summary>To sign in; the default.</summary>
    public const string Sso = "sso";

    /// <summary>An e-mail address on the list, proved by a code.</summary>
    public const string Email = "email";

    /// <summary>Six digits.</summary>
    public const string Pin = "pin";

    /// <summary>Nothing.</summary>
    public const string Public = "public";

    /// <summary>All of them, from narrow to wide.</summary>
    public static IReadOnlyList<string> All { get; } = [Sso, Email, Pin, Public];
}
