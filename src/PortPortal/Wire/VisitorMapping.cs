using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Revocations;
using PortPortal.Sdk;
using ConnectionInfo = PortPortal.Sdk.ConnectionInfo;

namespace PortPortal.Wire;

/// <summary>Who is connected, and who is kept out.</summary>
internal static class VisitorMapping
{
    public static ConnectionInfo ToInfo(this VisitorStatus visitor) => new()
    {
        Id = visitor.Id,
        SessionId = visitor.SessionId,
        Port = visitor.Port,
        Who = visitor.Who,
        Email = visitor.Email,
        UserId = visitor.UserId,
        CameBy = visitor.CameBy switch
        {
            "SSO" => "sso",
            "E-mail" => "email",
            "PIN" => "pin",
            "Link only" => "link",
            "Preview link" => "preview",
            _ => "public",
        },
        From = visitor.From,
        Agent = visitor.Agent,
        Since = visitor.Since,
        LastSeenAt = visitor.LastSeenAt,
        Open = visitor.Open,
        WebSockets = visitor.WebSockets,
        EventStreams = visitor.EventStreams,
        BytesUp = visitor.BytesUp,
        BytesDown = visitor.BytesDown,
    };

    public static KeptOutInfo ToInfo(this KeptOut person) => new()
    {
        Id = person.Id,
        Name = person.Name,
        Email = person.Email,
        UserId = person.UserId,
        Address = person.Address,
        At = person.At,
        Until = person.Until,
    };
}
