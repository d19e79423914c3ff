using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Pages;

namespace PortPortal.Engine.Edge.Gates;

/// <summary>The pages of the PIN gate.</summary>
internal static class PinPages
{
    public static EdgePage Ask(int port, string target) => new()
    {
        Refusal = Required,
        Jack = Jack.Locked,
        Port = port,
        Title = "Enter the PIN",
        Body = $"""<p>The person who sent you here has a 6‑digit PIN for this page.</p>{Form(target, "Open", "", "")}""",
    };

    public static EdgePage Wrong(int port, int triesLeft, string target)
    {
        var consequence = triesLeft switch
        {
            0 => "No tries left: a 5‑minute break.",
            1 => "1 try left, then a 5‑minute break.",
            _ => $"{triesLeft} tries left, then a 5‑minute break.",
        };
        return new()
        {
            Refusal = Required with { Detail = $"That PIN does not match. {consequence}" },
            Jack = Jack.Refused,
            Port = port,
            Title = "That PIN does not match",
            Body = $"""<p>Check it and try again. PINs are six digits, without spaces.</p>{Form(target, "Try again", " bad", """ aria-invalid="true" aria-describedby="e" """, $"""<p class="e" id="e" role="alert">{consequence}</p>""")}""",
        };
    }

    private static Refusal Required => new(401, RefusalCodes.PinRequired, "This needs the PIN of the port.");

    private static string Form(string target, string button, string boxClass, string inputMore, string note = "") => $"""
        <form method="post" action="{PinGate.Path}"><label for="d">PIN</label><div class="d{boxClass}"><input id="d" name="pin" inputmode="numeric" autocomplete="off" pattern="[0-9]*" maxlength="6" required autofocus{inputMore}></div>{note}<input type="hidden" name="to" value="{EdgePages.Text(target)}"><button class="b">{button}</button></form>
        """;
}
