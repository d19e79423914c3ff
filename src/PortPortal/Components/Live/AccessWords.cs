using PortPortal.Components.Kit;

namespace PortPortal.Components.Live;

/// <summary>The access modes that screens offer, and what each means for a visitor.</summary>
internal static class AccessWords
{
    /// <summary>Only modes whose gate exists.</summary>
    public static readonly IReadOnlyList<PpOption<PpAccessMode>> Offered =
    [
        Option(PpAccessMode.Sso),
        Option(PpAccessMode.Public),
    ];

    public static string Sentence(PpAccessMode mode) => mode switch
    {
        PpAccessMode.Sso => "People who sign in to this portal.",
        PpAccessMode.Email => "People whose address is on the list. They enter their e-mail and get a 6-digit code.",
        PpAccessMode.Pin => "Anyone who knows the 6-digit PIN.",
        _ => "Anyone with the URL.",
    };

    /// <summary>What someone who scans the code still has to do.</summary>
    public static string QrNote(PpAccessMode mode) => mode switch
    {
        PpAccessMode.Sso => "Visitors still sign in.",
        PpAccessMode.Email => "Visitors still enter an e-mail code.",
        PpAccessMode.Pin => "Visitors still enter the PIN.",
        _ => "Nothing is asked: who scans it is in.",
    };

    private static PpOption<PpAccessMode> Option(PpAccessMode mode) => new(mode, mode.Word()) { Icon = mode.Icon() };
}
