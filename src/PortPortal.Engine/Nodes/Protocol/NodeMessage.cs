using System.Text.Json.Serialization;

namespace PortPortal.Engine.Nodes.Protocol;

/// <summary>What a node says on its stream; the portal believes it about that node's own ports only.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Hello), "hello")]
[JsonDerivedType(typeof(Report), "report")]
[JsonDerivedType(typeof(Alive), "alive")]
[JsonDerivedType(typeof(NewKey), "newKey")]
internal abstract record NodeMessage;

/// <summary>The answer to the challenge.</summary>
internal sealed record Hello : NodeMessage
{
    public required string Node { get; init; }

    public required byte[] Signature { get; init; }

    public string? TunnelKey { get; init; }

    public string? Version { get; init; }

    /// <summary>What this node understands: 2 where it can change its tunnel key without a new stream, 0 of a version that could not and says nothing.</summary>
    public int Protocol { get; init; }
}

/// <summary>How it stands with everything that was desired.</summary>
internal sealed record Report : NodeMessage
{
    /// <summary>Of the desired state that this is about.</summary>
    public required long Revision { get; init; }

    public string? Forwarding { get; init; }

    public string? TunnelDevice { get; init; }

    public string? TunnelFault { get; init; }

    /// <summary>Differences that the node found and put right since it started.</summary>
    public long Mended { get; init; }

    public required IReadOnlyList<PortReport> Ports { get; init; }
}

/// <summary>One port as the node has it.</summary>
internal sealed record PortReport
{
    public required string Id { get; init; }

    /// <summary>Null where it is in force.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether something listens there; null while nobody has looked.</summary>
    public bool? Listening { get; init; }

    public bool ByKernel { get; init; }

    public long BytesIn { get; init; }

    public long BytesOut { get; init; }

    public long Connections { get; init; }
}

/// <summary>Nothing new, still here.</summary>
internal sealed record Alive : NodeMessage;

/// <summary>The public half of the key that this node's tunnel shall have, signed as in the greeting, for the challenge of this stream.</summary>
/// <remarks>Said only to a portal whose desired state names <see cref="DesiredTunnel.NodeKey"/>: one of an earlier version would end the stream.</remarks>
internal sealed record NewKey(string TunnelKey, byte[] Signature) : NodeMessage;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PortalMessage))]
[JsonSerializable(typeof(NodeMessage))]
internal sealed partial class ProtocolJson : JsonSerializerContext;
