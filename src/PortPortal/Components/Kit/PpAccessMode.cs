namespace PortPortal.Components.Kit;

/// <summary>How a visitor gets in, as screens show it, from closed to open.</summary>
public enum PpAccessMode
{
    Sso,
    Email,
    Pin,
    Tcp,
    Public,
    LinkOnly,
}

internal static class PpAccessModeWords
{
    public static string Css(this PpAccessMode mode) => mode switch
    {
        PpAccessMode.Public => "public",
        PpAccessMode.LinkOnly => "link-only",
        _ => "",
    };

    public static string Word(this PpAccessMode mode) => mode switch
    {
        PpAccessMode.Sso => "SSO",
        PpAccessMode.Email => "E-mail",
        PpAccessMode.Pin => "PIN",
        PpAccessMode.Tcp => "TCP",
        PpAccessMode.Public => "Public",
        _ => "Link only",
    };

    public static string Icon(this PpAccessMode mode) => mode switch
    {
        PpAccessMode.Sso => Icons.Sso,
        PpAccessMode.Email => Icons.Mail,
        PpAccessMode.Pin => Icons.Pin,
        PpAccessMode.Tcp => Icons.Tcp,
        PpAccessMode.Public => Icons.Globe,
        _ => Icons.Bearer,
    };
}
