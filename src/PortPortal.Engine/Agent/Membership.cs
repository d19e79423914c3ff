using System.Text.Json;
using System.Text.Json.Serialization;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Agent;

/// <summary>Which node this machine is, and whom it belongs to; kept in its data directory.</summary>
internal sealed record Membership
{
    private const UnixFileMode OwnerReadsWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public required string Id { get; init; }

    public required string Name { get; init; }

    public required Uri Portal { get; init; }

    /// <summary>The portal's own authority, PEM; null where its certificate comes from one that everybody trusts.</summary>
    public string? Authority { get; init; }

    /// <summary>Null where this machine has not joined.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static Membership? Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllText(path), AgentJson.Default.Membership) : null;
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path} is damaged. Remove the folder it is in and join again with a new token.", exception);
        }
    }

    public void Write(string path) => DurableFile.Write(path, JsonSerializer.Serialize(this, AgentJson.Default.Membership), OwnerReadsWrites);
}

/// <summary>What a machine sends to join.</summary>
internal sealed record JoinBody(string Token, string PublicKey, string TunnelKey);

/// <summary>What the portal answers.</summary>
internal sealed record JoinAnswer(string Id, string Name);

/// <summary>A refusal, as far as a person needs it.</summary>
internal sealed record JoinProblem(string? Detail);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Membership))]
[JsonSerializable(typeof(JoinBody))]
[JsonSerializable(typeof(JoinAnswer))]
[JsonSerializable(typeof(JoinProblem))]
internal sealed partial class AgentJson : JsonSerializerContext;
