using System.Globalization;
using PortPortal.Engine.Audit;

namespace PortPortal.Components.Live;

/// <summary>One part of a filter as a chip with a cross.</summary>
/// <param name="Without">The filter without it.</param>
internal sealed record FilterToken(string Name, string Value, AuditFilter Without)
{
    public static IEnumerable<FilterToken> Of(AuditFilter filter)
    {
        if (filter.Kinds.Count > 0)
        {
            yield return new("Kind", string.Join(", ", filter.Kinds.Select(AuditKinds.Word)), filter with { Kinds = [] });
        }

        if (filter.Action is { } action)
        {
            yield return new("Action", action, filter with { Action = null });
        }

        if (filter.Result is { } result)
        {
            yield return new("Result", ActivityWords.Word(result).ToLowerInvariant(), filter with { Result = null });
        }

        if (filter.Person is { } person)
        {
            yield return new("Person", person, filter with { Person = null });
        }

        if (filter.Session is { } session)
        {
            yield return new("Session", session, filter with { Session = null });
        }

        if (filter.Port is { } port)
        {
            yield return new("Port", port.ToString(CultureInfo.InvariantCulture), filter with { Port = null });
        }

        if (filter.Ip is { } ip)
        {
            yield return new("IP", ip, filter with { Ip = null });
        }

        if (filter.Text is { } text)
        {
            yield return new("Words", text, filter with { Text = null });
        }

        if (filter.After is not null || filter.Before is not null)
        {
            yield return new("Time", $"{Moment(filter.After)}–{Moment(filter.Before)}", filter with { After = null, Before = null });
        }
    }

    private static string Moment(DateTimeOffset? moment) => moment?.UtcDateTime.ToString("d MMM HH:mm", CultureInfo.InvariantCulture) ?? "";
}
