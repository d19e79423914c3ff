using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using PortPortal.Engine.Audit;

namespace PortPortal.Wire;

/// <summary>Audit entries as a file: CSV (RFC 4180) or a JSON object on each line; written as it is read.</summary>
internal static class AuditExport
{
    private const string Heads = "id,at,actorId,actor,ip,action,sessionId,session,port,result,reason\r\n";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Line(AuditEntry entry) => JsonSerializer.Serialize(entry.ToInfo(), Json);

    public static async Task WriteJsonLinesAsync(IAsyncEnumerable<AuditEntry> entries, Stream output)
    {
        await using var writer = NewWriter(output);
        await foreach (var entry in entries)
        {
            await writer.WriteAsync(Line(entry));
            await writer.WriteAsync('\n');
        }
    }

    public static async Task WriteCsvAsync(IAsyncEnumerable<AuditEntry> entries, Stream output)
    {
        await using var writer = NewWriter(output);
        await writer.WriteAsync(Heads);
        await foreach (var entry in entries)
        {
            await writer.WriteAsync(Row(entry));
        }
    }

    internal static string Row(AuditEntry entry) => string.Join(',', new[]
    {
        entry.Id.ToString(CultureInfo.InvariantCulture),
        entry.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        entry.ActorId,
        entry.ActorName,
        entry.From,
        entry.Action,
        entry.SessionId,
        entry.SessionName,
        entry.Port?.ToString(CultureInfo.InvariantCulture),
        entry.Result.ToString().ToLowerInvariant(),
        entry.Reason,
    }.Select(Cell)) + "\r\n";

    /// <summary>A spreadsheet runs a cell that begins with one of these as a formula (OWASP, CSV injection); an apostrophe makes it text.</summary>
    private static string Cell(string? text)
    {
        var safe = text?.FirstOrDefault() is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' ? $"'{text}" : text ?? "";
        return safe.AsSpan().IndexOfAny(",\"\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static StreamWriter NewWriter(Stream output) => new(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 16_384, leaveOpen: true);
}
