using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Access;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Pages;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.Edge.Index;

/// <summary>What is open: all of it on the bare base host, one session's on <c>{session}.{base}</c>.</summary>
/// <remarks>
/// To a stranger on this machine that is what anyone may open, and a session without any looks like one that is not there; under a domain that the world
/// resolves, strangers get no list at all. An API key in <c>Authorization: Bearer</c> shows what its holder may see in the portal. A browser's sign-in
/// stays on the portal's own host, so people see the rest there. Whoever asks for a port or an endpoint that a session does not have is told the same
/// of that session, with a 404.
/// </remarks>
internal sealed class EdgeIndex(ExposureFeed feed, KeyHolder holderOf, PublicAddress address)
{
    private const string Bearer = "Bearer ";
    private static readonly Refusal WrongKey = new(401, RefusalCodes.ApiKeyRequired, "The API key is wrong, revoked or over, or its owner is disabled.");
    private volatile PublicPorts _public = new(ImmutableDictionary<string, ExposureStatus>.Empty, []);

    /// <summary>True for the only page there is of an index, and an asker who may have one.</summary>
    public bool Handles(HttpContext context, string target) =>
        (target == "/" || target.StartsWith("/?", StringComparison.Ordinal))
        && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        && MayAsk(context);

    /// <summary>The bare base host.</summary>
    public Task AnswerAllAsync(HttpContext context, in Admission admitted)
    {
        if (!TrySeen(context, out var seen))
        {
            return PageWriter.WriteAsync(context, EdgePages.Of(WrongKey), admitted.Host);
        }

        var sessions = IndexSession.Of(seen, address, admitted.Port);
        return Navigation.WantsHtml(context)
            ? PageWriter.WriteHtmlAsync(context, IndexPages.All(sessions, address.Portal), admitted.Host)
            : PageWriter.WriteJsonAsync(context, IndexPages.Json(sessions));
    }

    /// <summary>The host of one session, by its id or else its name.</summary>
    /// <returns>False, and nothing answered, where the asker may see none of its ports: there is nothing at that host.</returns>
    public async Task<bool> TryAnswerOneAsync(HttpContext context, Admission admitted, string session)
    {
        if (!TrySeen(context, out var seen))
        {
            await PageWriter.WriteAsync(context, EdgePages.Of(WrongKey), admitted.Host);
            return true;
        }

        if (Find(seen, session, admitted.Port) is not { } found)
        {
            return false;
        }

        await (Navigation.WantsHtml(context)
            ? PageWriter.WriteHtmlAsync(context, IndexPages.One(found, address.Portal), admitted.Host)
            : PageWriter.WriteJsonAsync(context, IndexPages.Json([found])));
        return true;
    }

    /// <summary>The host of a port or an endpoint that a session does not have: 404, with what it has.</summary>
    /// <returns>False, and nothing answered, where the asker may see none of its ports; neither may whoever sends a key that is not ours, as apps do.</returns>
    public async Task<bool> TryAnswerWrongNameAsync(HttpContext context, Admission admitted, ExposureHostname? name)
    {
        var (asked, session) = name switch
        {
            ExposureHostname.OfEndpoint of => (of.Endpoint, of.Session),
            ExposureHostname.OfPort of => (of.Port.ToString(CultureInfo.InvariantCulture), of.Session),
            _ => ("", ""),
        };
        if (session.Length == 0 || !MayAsk(context) || !TrySeen(context, out var seen) || Find(seen, session, admitted.Port) is not { } found)
        {
            return false;
        }

        await PageWriter.WriteAsync(context, IndexPages.Wrong(asked, found, address.Portal), admitted.Host);
        return true;
    }

    private bool MayAsk(HttpContext context) => address.IsLocal || KeyOf(context) is not null;

    /// <summary>By its id, or else its name.</summary>
    private IndexSession? Find(IReadOnlyCollection<ExposureStatus> seen, string session, int port)
    {
        var its = seen.Where(one => one.SessionId == session).ToList();
        its = its.Count > 0 ? its : [.. seen.Where(one => one.SessionName == session)];
        return IndexSession.Of(its, address, port) is [var first, ..] ? first : null;
    }

    private static string? KeyOf(HttpContext context) =>
        context.Request.Headers.Authorization is [{ } only] && only.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? only[Bearer.Length..].Trim() : null;

    /// <summary>The ports that the asker may see; false for a key that is none.</summary>
    private bool TrySeen(HttpContext context, out IReadOnlyCollection<ExposureStatus> seen)
    {
        seen = [];
        if (KeyOf(context) is not { } key)
        {
            seen = Public();
            return true;
        }

        if (holderOf(context, key) is not { } holder)
        {
            return false;
        }

        seen = [.. feed.Items.Values.Where(port => port.State is not (ExposureState.Closed or ExposureState.Closing) && (holder.Owns(port.OwnerId) || holder.Role == Role.Viewer))];
        return true;
    }

    /// <summary>What anyone may open, found once for each state of the feed: strangers can ask as often as they like.</summary>
    private ImmutableArray<ExposureStatus> Public()
    {
        var (known, items) = (_public, feed.Items);
        if (!ReferenceEquals(known.Of, items))
        {
            _public = known = new(items, [.. items.Values.Where(port => port is { State: ExposureState.Active, Access.Mode: AccessMode.Public })]);
        }

        return known.Ports;
    }

    private sealed record PublicPorts(ImmutableDictionary<string, ExposureStatus> Of, ImmutableArray<ExposureStatus> Ports);
}
