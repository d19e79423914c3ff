using PortPortal.Engine.Exposures.AccessRequests;
using PortPortal.Sdk;

namespace PortPortal.Wire;

/// <summary>People who have asked to be let in.</summary>
internal static class AccessRequestMapping
{
    public static AccessRequestInfo ToInfo(this AccessRequestStatus request) => new()
    {
        Id = request.Id,
        SessionId = request.SessionId,
        Port = request.Port,
        Email = request.Email,
        Name = request.Name,
        AskedAt = request.AskedAt,
        State = WireWord.Of(request.State),
        DecidedBy = request.DecidedBy,
        Until = request.Until,
    };
}
