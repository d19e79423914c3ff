using PortPortal.Engine.Exposures;
using PortPortal.Engine.Revocations;

namespace PortPortal.Components.Live;

/// <summary>Someone who is kept out of one port, as its owner sees them.</summary>
public sealed record KeptOutRow
{
    public required string Id { get; init; }

    public required string SessionId { get; init; }

    public required string Name { get; init; }

    public required int Port { get; init; }

    /// <summary>Null: until it is lifted.</summary>
    public DateTimeOffset? Until { get; init; }

    internal static KeptOutRow Of(KeptOut person, ExposureStatus exposure) => new()
    {
        Id = person.Id,
        SessionId = exposure.SessionId,
        Name = person.Name,
        Port = exposure.Port,
        Until = person.Until,
    };
}
