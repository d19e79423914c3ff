using System.Net;
using System.Text.Encodings.Web;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.Edge.Pages;

/// <summary>Every page a visitor can meet instead of the app, in plain words and with what to do next.</summary>
internal static class EdgePages
{
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);
    private const int PausedRetry = 10;
    private const int WaitingRetry = 3;
    private const int UnreachableRetry = 5;

    /// <summary>Absent, foreign and forbidden alike.</summary>
    public static readonly EdgePage NotFound = new()
    {
        Refusal = new(404, RefusalCodes.NotFound, "There is nothing at this address, or it is not yours to see."),
        Title = "There is nothing here",
        Body = """<p>This address is not in use, or it is not yours to see.</p><p class="k">Check the address, or ask whoever sent it to you.</p>""",
    };

    public static readonly EdgePage Draining = new()
    {
        Refusal = new(503, RefusalCodes.Draining, "PortPortal is restarting; try again in a few seconds.") { RetryAfter = TimeSpan.FromSeconds(UnreachableRetry) },
        Jack = Jack.Waiting,
        Title = "Back in a moment",
        Body = """<p>PortPortal is restarting. This page loads by itself when it is back.</p><div class="p"><i></i></div>""",
        ReloadAfter = UnreachableRetry,
    };

    public static EdgePage SignIn(int port, string signInPath) => new()
    {
        Refusal = new(401, RefusalCodes.SignInRequired, "Sign in on the portal to open this."),
        Jack = Jack.Locked,
        Port = port,
        Title = "Sign in to open this",
        Body = $"""<p>This page is for people who work here.</p><a class="b a" href="{Text(signInPath)}">Continue to sign-in</a><p class="k">You come straight back here afterwards.</p>""",
    };

    public static EdgePage Denied(int port, string? who) => new()
    {
        Refusal = new(403, RefusalCodes.NotOnList, "You are signed in, and this is open to other people only."),
        Jack = Jack.Refused,
        Port = port,
        Title = "You are not on the list",
        Body = $"""<p>{(who is null ? "" : $"""You are here as <b class="m">{Text(who)}</b>. """)}This page is open to other people only.</p><p class="k">Ask its owner to add your address.</p>""",
    };

    public static EdgePage KeptOut(int port) => new()
    {
        Refusal = new(403, RefusalCodes.NotAllowed, "The owner of this port has closed it to you."),
        Jack = Jack.Refused,
        Port = port,
        Title = "This is closed to you",
        Body = """<p>Its owner has disconnected you and keeps you out.</p><p class="k">Ask whoever sent you the link.</p>""",
    };

    public static EdgePage NotAllowed(int port) => new()
    {
        Refusal = new(403, RefusalCodes.NotAllowed, "This may not be opened from there."),
        Jack = Jack.Refused,
        Port = port,
        Title = "This is not open to you",
        Body = "<p>The page that tried to open it is not part of the same session.</p>",
    };

    public static EdgePage Paused(int port) => new()
    {
        Refusal = new(503, RefusalCodes.SessionPaused, "The session is paused; the address stays the same and works again when it resumes.") { RetryAfter = TimeSpan.FromSeconds(PausedRetry) },
        Jack = Jack.Paused,
        Port = port,
        Title = "Paused for now",
        Body = $"""<p>Someone paused this session. The address stays the same, and this page opens by itself when it resumes.</p><div class="p o"><i></i></div><p class="k">Checked every <b>{PausedRetry} s</b></p>""",
        ReloadAfter = PausedRetry,
    };

    public static EdgePage Waiting(ExposureStatus exposure)
    {
        var hint = IPAddress.IsLoopback(exposure.Target.Address)
            ? $"Is this yours? Start the server on port <code>{exposure.Port}</code>."
            : $"Is this yours? Start the server on <code>0.0.0.0:{exposure.Port}</code>. One that listens on <code>127.0.0.1</code> only cannot be reached from here.";
        return new()
        {
            Refusal = new(503, RefusalCodes.NotListening, $"Nothing is listening on port {exposure.Port} yet.") { RetryAfter = TimeSpan.FromSeconds(WaitingRetry) },
            Jack = Jack.Waiting,
            Port = exposure.Port,
            Title = $"Nothing is listening on port {exposure.Port} yet",
            Body = $"""<p>The session is running, its server has not started. This page loads as soon as it answers.</p><div class="p"><i></i></div><p class="k">Checked every <b>{WaitingRetry} s</b></p><p class="n">{hint}</p>""",
            ReloadAfter = WaitingRetry,
        };
    }

    /// <summary>All places of the session are taken: the port is wanted, and not open yet.</summary>
    public static EdgePage Queued(ExposureStatus exposure) => new()
    {
        Refusal = new(503, RefusalCodes.NotListening, $"Port {exposure.Port} waits for a free place: its session has as many ports open as it may.") { RetryAfter = TimeSpan.FromSeconds(PausedRetry) },
        Jack = Jack.Waiting,
        Port = exposure.Port,
        Title = $"Port {exposure.Port} waits for its turn",
        Body = $"""<p>Its session has as many ports open as it may. This page loads by itself when another one closes.</p><div class="p"><i></i></div><p class="k">Checked every <b>{PausedRetry} s</b></p>""",
        ReloadAfter = PausedRetry,
    };

    public static EdgePage TooMany(int port, TimeSpan wait) => new()
    {
        Refusal = new(429, RefusalCodes.RateLimited, "This address was asked too often; wait a moment.") { RetryAfter = wait < OneSecond ? OneSecond : wait },
        Jack = Jack.Waiting,
        Port = port,
        Title = "Too many requests",
        Body = """<p>This address takes only so many requests a second. Wait a moment, then load the page again.</p>""",
    };

    public static EdgePage Unreachable(int port) => new()
    {
        Refusal = new(503, RefusalCodes.NodeUnreachable, "The machine behind this address does not answer.") { RetryAfter = TimeSpan.FromSeconds(UnreachableRetry) },
        Jack = Jack.Unreachable,
        Port = port,
        Title = "We cannot reach this machine",
        Body = $"""<p>The portal works, the machine behind this page does not answer. Its owner and the admins can see this too.</p><div class="p u"><i></i></div><p class="k">Trying again every <b>{UnreachableRetry} s</b></p>""",
        ReloadAfter = UnreachableRetry,
    };

    /// <summary>Only for who had been let in before; strangers get <see cref="NotFound"/>.</summary>
    public static EdgePage Ended(int? port, Uri portal) => new()
    {
        Refusal = new(410, RefusalCodes.Ended, "This port has been closed; its address is gone."),
        Jack = Jack.Gone,
        Port = port,
        Title = "This has been closed",
        Body = $"""<p>The port behind this page is not open any more.</p><a class="b s a" href="{Text(portal.AbsoluteUri)}">Open PortPortal</a><p class="k">Need it back? Ask whoever sent you the link.</p>""",
    };

    public static EdgePage UpstreamFailed(int port) => new()
    {
        Refusal = new(502, RefusalCodes.UpstreamFailed, "The app took the request and broke off before it had answered."),
        Jack = Jack.Unreachable,
        Port = port,
        Title = "The app broke off",
        Body = """<p>It took the request and stopped before it had answered. Its log says more than we know.</p><p class="k">Load the page again to try once more.</p>""",
    };

    public static EdgePage UpstreamTimeout(int port) => new()
    {
        Refusal = new(504, RefusalCodes.UpstreamTimeout, "The app took the request and did not answer in time."),
        Jack = Jack.Unreachable,
        Port = port,
        Title = "The app does not answer",
        Body = """<p>It took the request and has said nothing since. It may be busy, or stuck.</p><p class="k">Load the page again to try once more.</p>""",
    };

    /// <summary>A page for a refusal that has no picture of its own.</summary>
    public static EdgePage Of(Refusal refusal) => new()
    {
        Refusal = refusal,
        Jack = Jack.Refused,
        Title = refusal.Status == 421 ? "Wrong door" : "This request cannot be served",
        Body = $"<p>{Text(refusal.Detail)}</p>",
    };

    internal static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
