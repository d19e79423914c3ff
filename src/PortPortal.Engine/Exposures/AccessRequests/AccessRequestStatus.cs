using PortPortal.Engine.Common;

namespace PortPortal.Engine.Exposures.AccessRequests;

/// <summary>A request as owners see it.</summary>
public sealed record AccessRequestStatus
{
    public required string Id { get; init; }

    public required string ExposureId { get; init; }

    public required string SessionId { get; init; }

    public required string SessionName { get; init; }

    public required int Port { get; init; }

    public required string Email { get; init; }

    public string? Name { get; init; }

    public required string From { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    public required AccessRequestState State { get; init; }

    public string? DecidedBy { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public DateTimeOffset? Until { get; init; }

    internal static AccessRequestStatus Of(AccessRequest request, ExposureStatus exposure) => new()
    {
        Id = request.Id,
        ExposureId = request.ExposureId,
        SessionId = exposure.SessionId,
        SessionName = exposure.SessionName,
        Port = exposure.Port,
        Email = request.Email,
        Name = request.Name,
        From = request.From,
        AskedAt = request.AskedAt,
        State = request.State,
        DecidedBy = request.DecidedBy,
        DecidedAt = request.DecidedAt,
        Until = request.Until,
    };
}

/// <summary>Every request for a port that is open, live.</summary>
public sealed class AccessRequestFeed(TimeProvider time) : LiveFeed<AccessRequestStatus>(request => request.Id, time)
{
    public AccessRequestStatus? Find(string exposureId, string email) =>
        Items.Values.FirstOrDefault(request => request.ExposureId == exposureId && request.Email == email);
}
