using PortPortal.Components.Kit;
using PortPortal.Engine.Profiles;

namespace PortPortal.Components.Live;

/// <summary>The access modes that screens offer, and what each means for a visitor.</summary>
internal static class AccessWords
{
    private static readonly PpAccessMode[] Modes = [PpAccessMode.Sso, PpAccessMode.Pin, PpAccessMode.Email, PpAccessMode.Public];

    /// <summary>Every mode; what the limits do not allow cannot be chosen, and says why.</summary>
    public static IReadOnlyList<PpOption<PpAccessMode>> Under(Profile limits) =>
    [
        .. Modes.Select(mode => new PpOption<PpAccessMode>(mode, mode.Word())
        {
            Icon = mode.Icon(),
            Disabled = Signs.Of(mode) > limits.WidestAccess,
            Title = Signs.Of(mode) > limits.WidestAccess ? $"An admin allows {Signs.Of(limits.WidestAccess).Word()} at most" : null,
        }),
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
}
