using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PortPortal.Cli.Output;

/// <summary>JSON as the API writes it, for other programs to read.</summary>
internal static class JsonText
{
    public static readonly JsonSerializerOptions Settings = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    private static readonly JsonSerializerOptions Flat = new(Settings) { WriteIndented = false };

    public static string Of<T>(T value) => JsonSerializer.Serialize(value, Settings);

    /// <summary>On one line, for streams.</summary>
    public static string LineOf<T>(T value) => JsonSerializer.Serialize(value, Flat);
}
