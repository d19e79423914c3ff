using PortPortal.Engine.Edge.Pages;

namespace PortPortal.Engine.Edge.Gates;

/// <summary>The pages of somebody who is known, not on the list, and may ask.</summary>
internal static class AskPages
{
    private const int AnswerRetry = 5;

    public static EdgePage MayAsk(int port, string? who, string target) => EdgePages.Denied(port, who) with
    {
        Body = $"""{Who(who)}<form method="post" action="{AskGate.Path}"><input type="hidden" name="to" value="{EdgePages.Text(target)}"><button class="b">Ask for access</button></form><p class="k">The owner sees your address and the time.</p>""",
    };

    /// <summary>Loads itself again until there is an answer.</summary>
    public static EdgePage Asked(int port, string? who, string target) => EdgePages.Denied(port, who) with
    {
        Jack = Jack.Waiting,
        Title = "You have asked for access",
        Body = $"""{Who(who)}<div class="p"><i></i></div><p class="k">The owner has been told. This page opens by itself when they say yes. Checked every <b>{AnswerRetry} s</b></p>""",
        ReloadAfter = AnswerRetry,
        ReloadAt = target,
    };

    public static EdgePage Refused(int port, string? who) => EdgePages.Denied(port, who) with
    {
        Title = "The owner said no",
        Body = $"""{Who(who)}<p class="k">You can ask again tomorrow.</p>""",
    };

    private static string Who(string? who) => who is null ? "<p>This page is open to other people only.</p>" : $"""<p>You are here as <b class="m">{EdgePages.Text(who)}</b>. This page is open to other people only.</p>""";
}
