namespace PortPortal.Engine.Access;

/// <summary>The modes as requests, answers and settings spell them.</summary>
public static class AccessWord
{
    /// <summary>For refusals: every word there is.</summary>
    public const string Choice = "sso, email, pin or public";

    public static string Of(AccessMode mode) => mode switch
    {
        AccessMode.Sso => "sso",
        AccessMode.Email => "email",
        AccessMode.Pin => "pin",
        AccessMode.Public => "public",
        _ => throw new ArgumentOutOfRangeException(nameof(mode)),
    };

    public static AccessMode? Read(string? word) => word switch
    {
        "sso" => AccessMode.Sso,
        "email" => AccessMode.Email,
        "pin" => AccessMode.Pin,
        "public" => AccessMode.Public,
        _ => null,
    };

    public static AccessMode Narrower(AccessMode one, AccessMode other) => one < other ? one : other;
}
