using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Pages;

namespace PortPortal.Engine.Edge.Gates;

/// <summary>The pages of the e-mail gate.</summary>
internal static class EmailPages
{
    public static EdgePage Ask(int port, string target) => new()
    {
        Refusal = Required("This is open to people on a list: prove your address with a code."),
        Jack = Jack.Locked,
        Port = port,
        Title = "Enter your e-mail",
        Body = $"""<p>If your address is on the list for this page, you get a 6‑digit code.</p>{AddressForm(target, "")}{OtherWays(target)}""",
    };

    public static EdgePage NoAddress(int port, string target) => new()
    {
        Refusal = new(400, RefusalCodes.InvalidRequest, "email is no address we can send to.", "email"),
        Jack = Jack.Refused,
        Port = port,
        Title = "Enter your e-mail",
        Body = $"""<p>If your address is on the list for this page, you get a 6‑digit code.</p>{AddressForm(target, """<p class="e" id="e" role="alert">That is no address we can send to.</p>""")}""",
    };

    public static EdgePage Code(int port, EmailAddress email, string target) => new()
    {
        Refusal = Required("If the address is on the list, a code is on its way; it works for 10 minutes."),
        Jack = Jack.Locked,
        Port = port,
        Title = "Check your inbox",
        Body = $"""<p>If <b class="m">{EdgePages.Text(email.ToString())}</b> is on the list, a code is on its way. It works for 10 minutes.</p>{CodeForm(target, "", "", "")}{NoMail(target)}""",
    };

    public static EdgePage WrongCode(int port, EmailAddress email, int triesLeft, string target)
    {
        var left = triesLeft == 1 ? "1 try left" : $"{triesLeft} tries left";
        return new()
        {
            Refusal = Required($"That code does not match; {left}."),
            Jack = Jack.Refused,
            Port = port,
            Title = "That code does not match",
            Body = $"""<p>Check the mail to <b class="m">{EdgePages.Text(email.ToString())}</b> and try again.</p>{CodeForm(target, " bad", """ aria-invalid="true" aria-describedby="e" """, $"""<p class="e" id="e" role="alert">{left}, then you need a new code.</p>""")}{NoMail(target)}""",
        };
    }

    public static EdgePage UsedUp(int port, string target) => new()
    {
        Refusal = Required("That code is over or used up: ask for a new one."),
        Jack = Jack.Gone,
        Port = port,
        Title = "You need a new code",
        Body = $"""<p>The last one is over or used up, or was asked for in another browser.</p>{AddressForm(target, "")}""",
    };

    public static EdgePage TooMany(int port, TimeSpan wait) => new()
    {
        Refusal = new(429, RefusalCodes.RateLimited, "Too many codes were asked for from there; try again later.") { RetryAfter = wait },
        Jack = Jack.Unreachable,
        Port = port,
        Title = "Too many codes",
        Body = """<p>Too many codes were asked for from your connection. Wait a few minutes, then load the page again.</p>""",
    };

    private static Refusal Required(string detail) => new(401, RefusalCodes.CodeRequired, detail);

    private static string AddressForm(string target, string note) => $"""
        <form method="post" action="{EmailGate.AddressPath}"><label for="m">E-mail</label><input class="f" id="m" name="email" type="email" autocomplete="email" inputmode="email" placeholder="you@company.example" required autofocus>{note}<input type="hidden" name="to" value="{EdgePages.Text(target)}"><button class="b">Send me a code</button></form>
        """;

    private static string CodeForm(string target, string boxClass, string inputMore, string note) => $"""
        <form method="post" action="{EmailGate.CodePath}"><label for="d">Code</label><div class="d{boxClass}"><input id="d" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]*" maxlength="6" required autofocus{inputMore}></div>{note}<input type="hidden" name="to" value="{EdgePages.Text(target)}"><button class="b">Open</button></form>
        """;

    private static string OtherWays(string target) =>
        $"""<p class="k">We use it to let you in and keep it in the access log, nothing else.<br>You have an account here? <a href="{EdgePages.Text(EdgeEndpoints.SignInLink(target))}">Sign in instead</a></p>""";

    private static string NoMail(string target) =>
        $"""<p class="k">No mail? Look in spam, or <a href="{EdgePages.Text(target)}">ask again or use another address</a>.</p>""";
}
