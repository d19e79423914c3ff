using System.Text.Json;

namespace PortPortal.Engine.Tunnels.Pangolin;

/// <summary>A resource as Pangolin answers it: by number, by name, and by how it is guarded.</summary>
internal sealed record PangolinResource
{
    public required int Id { get; init; }

    public required string Name { get; init; }

    public string? FullDomain { get; init; }

    public bool? Sso { get; init; }

    public bool? EmailWhitelist { get; init; }

    public bool? BlockAccess { get; init; }

    public bool? Enabled { get; init; }

    /// <summary>Null where the answer does not say; lists say it by an id or null.</summary>
    public bool? HasPin { get; init; }

    public bool? HasPassword { get; init; }

    public bool? HasHeaderAuth { get; init; }

    /// <remarks>Lists on SQLite answer 0 and 1 for some booleans, others true and false; some answers leave them out or say null.</remarks>
    public static PangolinResource Read(JsonElement row) => new()
    {
        Id = row.TryGetProperty("resourceId", out var id) && id.TryGetInt32(out var number) ? number : throw new PangolinException("its answer names no resource"),
        Name = Text(row, "name") ?? "",
        FullDomain = Text(row, "fullDomain"),
        Sso = Flag(row, "sso"),
        EmailWhitelist = Flag(row, "emailWhitelistEnabled") ?? Flag(row, "whitelist"),
        BlockAccess = Flag(row, "blockAccess"),
        Enabled = Flag(row, "enabled"),
        HasPin = Has(row, "pincodeId"),
        HasPassword = Has(row, "passwordId"),
        HasHeaderAuth = Has(row, "headerAuthId"),
    };

    internal static bool? Flag(JsonElement row, string name) => !row.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => value.GetDouble() != 0,
        _ => null,
    };

    internal static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool? Has(JsonElement row, string name) => row.TryGetProperty(name, out var value) ? value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) : null;
}

/// <summary>Where a resource leads.</summary>
internal sealed record PangolinTarget(int Id, int SiteId, string Host, int Port, string? Method, bool Enabled)
{
    public static PangolinTarget Read(JsonElement row) => new(
        row.GetProperty("targetId").GetInt32(),
        row.TryGetProperty("siteId", out var site) && site.TryGetInt32(out var number) ? number : 0,
        PangolinResource.Text(row, "ip") ?? "",
        row.TryGetProperty("port", out var port) && port.TryGetInt32(out var portNumber) ? portNumber : 0,
        PangolinResource.Text(row, "method"),
        PangolinResource.Flag(row, "enabled") ?? true);
}

/// <summary>Pangolin refused or does not answer; the message is the second half of a sentence.</summary>
internal sealed class PangolinException(string message) : Exception(message)
{
    /// <summary>Its answer's status; null where there was none.</summary>
    public int? Status { get; init; }
}
