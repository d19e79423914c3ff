using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Sdk;

namespace PortPortal.Wire;

/// <summary>Port forwards.</summary>
internal static class PortForwardMapping
{
    public static PortForwardInfo ToInfo(this PortForwardStatus forward) => new()
    {
        Id = forward.Id,
        SessionId = forward.SessionId,
        GuestPort = forward.GuestPort,
        Hostname = forward.Host,
        HostPort = forward.PublicPort,
        Protocol = "tcp",
        Label = forward.Label,
        Sources = forward.Sources,
        Knock = forward.Knock,
        State = WireWord.Of(forward.State),
        Reason = forward.Problem,
        Path = forward.Path is { } path ? WireWord.Of(path) : null,
        BytesIn = forward.Traffic.BytesIn,
        BytesOut = forward.Traffic.BytesOut,
        Connections = forward.Traffic.Connections,
        CreatedAt = forward.CreatedAt,
        ExpiresAt = forward.ExpiresAt,
    };
}
