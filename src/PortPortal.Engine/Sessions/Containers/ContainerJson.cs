using System.Text.Json.Serialization;

namespace PortPortal.Engine.Sessions.Containers;

/// <summary>The members of the Docker Engine API (1.41) that are read, in its spelling; Podman speaks the same.</summary>
internal static class ContainerJson
{
    public sealed record Listed(string Id);

    public sealed record Inspected
    {
        public required string Id { get; init; }

        public string? Name { get; init; }

        public DateTimeOffset Created { get; init; }

        public required State State { get; init; }

        public Config? Config { get; init; }

        public HostConfig? HostConfig { get; init; }

        public NetworkSettings? NetworkSettings { get; init; }
    }

    public sealed record State(string Status, int Pid, DateTimeOffset StartedAt);

    public sealed record Config(string? Image, Dictionary<string, string>? Labels);

    public sealed record HostConfig(string? NetworkMode);

    /// <param name="Networks">By the network's name.</param>
    /// <param name="Ports">By port and protocol, <c>3000/tcp</c>; null for a port that is not published.</param>
    public sealed record NetworkSettings(Dictionary<string, Network>? Networks, Dictionary<string, List<Binding>?>? Ports);

    public sealed record Network([property: JsonPropertyName("IPAddress")] string? Address, [property: JsonPropertyName("GlobalIPv6Address")] string? Ipv6Address);

    public sealed record Binding(string? HostIp, string? HostPort);

    public sealed record Event(string? Type, string? Action, Actor? Actor);

    public sealed record Actor([property: JsonPropertyName("ID")] string? Id, Dictionary<string, string>? Attributes);
}

[JsonSerializable(typeof(List<ContainerJson.Listed>))]
[JsonSerializable(typeof(ContainerJson.Inspected))]
[JsonSerializable(typeof(ContainerJson.Event))]
internal sealed partial class ContainerJsonContext : JsonSerializerContext;
