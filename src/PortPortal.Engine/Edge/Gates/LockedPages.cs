using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Pages;

namespace PortPortal.Engine.Edge.Gates;

/// <summary>What a visitor sees who, or whose port, has had too many wrong guesses.</summary>
internal static class LockedPages
{
    public static EdgePage Pin(int port, GuessLock held, string target) => Of(RefusalCodes.PinLocked, "PIN", port, held, target);

    public static EdgePage Code(int port, GuessLock held, string target) => Of(RefusalCodes.RateLimited, "code", port, held, target);

    private static EdgePage Of(string code, string what, int port, GuessLock held, string target)
    {
        var seconds = (int)Math.Ceiling(held.Remaining.TotalSeconds);
        var (title, why) = held.OfEveryone
            ? ($"The {what} page is closed for now", $"Too many wrong {what}s came from many places. The owner has been told; whoever is inside stays inside.")
            : ("Too many tries", "Only your connection is held back. Other visitors are not affected.");
        return new()
        {
            Refusal = new(429, code, $"Too many wrong {what}s; the {what} page opens again in {Words(seconds)}.") { RetryAfter = TimeSpan.FromSeconds(seconds) },
            Jack = Jack.Unreachable,
            Port = port,
            Title = title,
            Body = $"""<p>You can try again in <b class="m">{Words(seconds)}</b>. This page reloads by itself then.</p><div class="p u h"><i></i></div><p class="k">{why}</p>""",
            ReloadAfter = seconds,
            ReloadAt = target,
        };
    }

    private static string Words(int seconds) => seconds < 60 ? $"{seconds} s" : $"{seconds / 60} min {seconds % 60} s";
}
