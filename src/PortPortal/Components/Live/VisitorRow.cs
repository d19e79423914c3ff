using PortPortal.Components.Kit;
using PortPortal.Engine.Edge.Traffic;

namespace PortPortal.Components.Live;

/// <summary>One person at one port, as its owner sees them.</summary>
public sealed record VisitorRow
{
    public required string Id { get; init; }

    public required string SessionId { get; init; }

    /// <summary>A name or an address, or what kind of stranger it is.</summary>
    public required string Name { get; init; }

    /// <summary>Their address where that is not their name; else what they have open.</summary>
    public required string Detail { get; init; }

    /// <summary>What is open at this moment.</summary>
    public required string Doing { get; init; }

    /// <summary>False for the line that stands for many strangers, and for the port's owner.</summary>
    public bool MayBeKeptOut { get; init; } = true;

    /// <summary>For visitors whom nobody identified.</summary>
    public string? Icon { get; init; }

    public required PpAccessMode CameBy { get; init; }

    public required string From { get; init; }

    public required string Agent { get; init; }

    public required int Port { get; init; }

    public required DateTimeOffset Since { get; init; }

    public required long BytesDown { get; init; }

    public required long BytesUp { get; init; }

    /// <summary>Requests and sockets that a disconnect would end.</summary>
    public required int Open { get; init; }

    internal static VisitorRow Of(VisitorStatus visitor, string ownerId)
    {
        var mode = ModeOf(visitor.CameBy);
        return new()
        {
            Id = visitor.Id,
            SessionId = visitor.SessionId,
            Name = visitor.Who ?? $"{mode.Word()} visitor",
            Detail = visitor.Email is { } email && email != visitor.Who ? email : DoingOf(visitor),
            Doing = DoingOf(visitor),
            MayBeKeptOut = !visitor.IsCrowd && (visitor.UserId is null || visitor.UserId != ownerId),
            Icon = visitor.Who is null ? mode.Icon() : null,
            CameBy = mode,
            From = visitor.From,
            Agent = visitor.Agent,
            Port = visitor.Port,
            Since = visitor.Since,
            BytesDown = visitor.BytesDown,
            BytesUp = visitor.BytesUp,
            Open = visitor.Open,
        };
    }

    private static PpAccessMode ModeOf(string cameBy) => cameBy switch
    {
        "SSO" => PpAccessMode.Sso,
        "E-mail" => PpAccessMode.Email,
        "PIN" => PpAccessMode.Pin,
        "Link only" or "Preview link" => PpAccessMode.LinkOnly,
        _ => PpAccessMode.Public,
    };

    private static string DoingOf(VisitorStatus visitor) => visitor switch
    {
        { WebSockets: > 0 } => CountText.Of(visitor.WebSockets, "WebSocket", "WebSockets"),
        { EventStreams: > 0 } => CountText.Of(visitor.EventStreams, "event stream", "event streams"),
        { Open: > 0 } => CountText.Of(visitor.Open, "open request", "open requests"),
        _ => "nothing open now",
    };
}
