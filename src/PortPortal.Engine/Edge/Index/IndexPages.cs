using System.Globalization;
using System.Text;
using System.Text.Json;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Pages;

namespace PortPortal.Engine.Edge.Index;

/// <summary>An index as people see it, and as programs read it.</summary>
internal static class IndexPages
{
    /// <summary>Characters of list on one page: whoever has more open looks it up in the portal.</summary>
    private const int MaxList = 10_000;

    /// <summary>Names in one sentence.</summary>
    private const int MaxNames = 20;

    private static readonly Refusal Fine = new(200, "", "What is open here.");

    public static EdgePage All(IReadOnlyList<IndexSession> sessions, Uri portal) => sessions.Count == 0
        ? new()
        {
            Refusal = Fine,
            Title = "Nothing is open to everyone",
            Body = $"""<p>What is open to you alone is in the portal.</p>{PortalButton("Sign in", portal)}""",
        }
        : new()
        {
            Refusal = Fine,
            Title = "Open to everyone",
            Body = $"""<p>Anyone may open these.</p>{List(sessions, withNames: true)}{PortalButton("Sign in to see yours", portal)}""",
        };

    public static EdgePage One(IndexSession session, Uri portal) => new()
    {
        Refusal = Fine,
        Title = session.Name,
        Body = $"""<p>What is open of this session.</p>{List([session], withNames: false)}{PortalButton("Open PortPortal", portal)}""",
    };

    /// <summary>A port or an endpoint that the session does not have, and those it has.</summary>
    public static EdgePage Wrong(string asked, IndexSession session, Uri portal) => new()
    {
        Refusal = new(404, RefusalCodes.NotFound, $"{session.Name} has no open endpoint “{asked}”. It has: {Names(session)}."),
        Title = "Not by that name",
        Body = $"""<p><b>{EdgePages.Text(session.Name)}</b> has no open endpoint “{EdgePages.Text(asked)}”. It has:</p>{List([session], withNames: false)}{PortalButton("Open PortPortal", portal)}""",
        Members = json => WriteAgents(json, [session]),
    };

    /// <summary><c>{"agents":[{"name","base_url","endpoints":[{"name","url"}]}]}</c>, as moat's proxy has it.</summary>
    public static byte[] Json(IReadOnlyList<IndexSession> sessions)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteAgents(json, sessions);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteAgents(Utf8JsonWriter json, IReadOnlyList<IndexSession> sessions)
    {
        json.WriteStartArray("agents");
        foreach (var session in sessions)
        {
            json.WriteStartObject();
            json.WriteString("name", session.Name);
            json.WriteString("base_url", session.Url.GetLeftPart(UriPartial.Authority));
            json.WriteStartArray("endpoints");
            foreach (var port in session.Ports)
            {
                json.WriteStartObject();
                json.WriteString("name", port.Name);
                json.WriteString("url", port.Url.GetLeftPart(UriPartial.Authority));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Names(IndexSession session)
    {
        var names = string.Join(", ", session.Ports.Take(MaxNames).Select(port => port.Name));
        return session.Ports.Count > MaxNames ? $"{names} and {session.Ports.Count - MaxNames} more" : names;
    }

    private static string List(IReadOnlyList<IndexSession> sessions, bool withNames)
    {
        var html = new StringBuilder();
        var left = sessions.Sum(session => session.Ports.Count);
        foreach (var session in sessions)
        {
            if (html.Length > MaxList)
            {
                break;
            }

            if (withNames)
            {
                html.Append(CultureInfo.InvariantCulture, $"""<h2><a href="{EdgePages.Text(session.Url.AbsoluteUri)}">{EdgePages.Text(session.Name)}</a></h2>""");
            }

            html.Append("<ul>");
            foreach (var port in session.Ports.TakeWhile(_ => html.Length <= MaxList))
            {
                html.Append(CultureInfo.InvariantCulture, $"""<li><a href="{EdgePages.Text(port.Url.AbsoluteUri)}"><b>{EdgePages.Text(port.Name)}</b>{Aside(port)}</a></li>""");
                left--;
            }

            html.Append("</ul>");
        }

        return left == 0 ? html.ToString() : html.Append(CultureInfo.InvariantCulture, $"""<p class="k">And <b>{left}</b> more.</p>""").ToString();
    }

    /// <summary>What its owner calls it; else the port of an endpoint that has a name.</summary>
    private static string Aside(IndexPort port)
    {
        var digits = port.Port.ToString(CultureInfo.InvariantCulture);
        var aside = port.Label ?? (port.Name == digits ? "" : digits);
        return aside.Length == 0 ? "" : $" <span>{EdgePages.Text(aside)}</span>";
    }

    private static string PortalButton(string words, Uri portal) => $"""<a class="b s a" href="{EdgePages.Text(portal.AbsoluteUri)}">{words}</a>""";
}
