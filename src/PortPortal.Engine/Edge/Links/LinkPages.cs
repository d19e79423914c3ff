using System.Globalization;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Pages;
using PortPortal.Engine.ShareLinks;

namespace PortPortal.Engine.Edge.Links;

/// <summary>What people see of a link that leads nowhere any more, and programs of one that does.</summary>
internal static class LinkPages
{
    private const string AskAgain = """<p class="k">Ask whoever sent it to you for a new one.</p>""";

    /// <summary>For programs that only look: the same for every link.</summary>
    public static readonly EdgePage Unopened = new()
    {
        Refusal = new(200, "", "A link to a page that is shared with you."),
        Title = "A page is shared with you",
        Body = "<p>Open this link in a browser to see it.</p>",
    };

    /// <summary>A label under the preview domain that nobody here has signed.</summary>
    public static readonly EdgePage NotGenuine = new()
    {
        Refusal = new(403, RefusalCodes.NotAllowed, "This is no preview link of ours, or a character of it was changed."),
        Jack = Jack.Refused,
        Title = "This link is not genuine",
        Body = $"""<p>It was cut off or changed on its way to you.</p>{AskAgain}""",
    };

    /// <summary>A link that admits by itself, where that was allowed once.</summary>
    public static EdgePage Forbidden(int port) => new()
    {
        Refusal = new(403, RefusalCodes.PolicyForbids, "Links that let in whoever has them are not allowed here any more."),
        Jack = Jack.Refused,
        Port = port,
        Title = "This link is not enough any more",
        Body = $"""<p>Links that let in whoever has them are not allowed here any more.</p>{AskAgain}""",
    };

    public static EdgePage Ended(LinkEnd end, int port, DateTimeOffset expiredAt) => end switch
    {
        LinkEnd.Revoked => Revoked(port),
        LinkEnd.UsedUp => UsedUp(port),
        LinkEnd.Closed => Closed(port),
        _ => Expired(port, expiredAt),
    };

    public static EdgePage Expired(int port, DateTimeOffset at) => new()
    {
        Refusal = new(403, RefusalCodes.LinkExpired, "The link has expired."),
        Port = port,
        Title = "This link has expired",
        Body = string.Create(CultureInfo.InvariantCulture, $"""<p>It worked until {at.UtcDateTime:d MMMM, HH:mm} UTC. Links here are time-limited on purpose.</p>{AskAgain}"""),
    };

    public static EdgePage Revoked(int port) => new()
    {
        Refusal = new(403, RefusalCodes.LinkRevoked, "The link has been taken back."),
        Port = port,
        Title = "This link has been taken back",
        Body = $"""<p>Whoever made it has ended it.</p>{AskAgain}""",
    };

    private static EdgePage UsedUp(int port) => new()
    {
        Refusal = new(403, RefusalCodes.LinkUsedUp, "Everyone for whom the link was meant has opened it."),
        Port = port,
        Title = "This link has been used up",
        Body = $"""<p>It was made for a number of people, and they have all opened it. In a browser that has opened it before it still works.</p>{AskAgain}""",
    };

    private static EdgePage Closed(int port) => new()
    {
        Refusal = new(403, RefusalCodes.LinkExpired, "The link has ended, because the port behind it was closed."),
        Port = port,
        Title = "This link has ended",
        Body = $"""<p>The page behind it has been closed.</p>{AskAgain}""",
    };
}
