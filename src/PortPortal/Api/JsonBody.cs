using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using PortPortal.Engine.Common;

namespace PortPortal.Api;

/// <summary>A JSON object read member by member, gathering every fault: wrong types, and members nobody asked for.</summary>
/// <remarks>A serializer stops at the first fault; callers are told all of them at once.</remarks>
internal sealed class JsonBody
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private readonly JsonElement _object;
    private readonly string _path;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    private JsonBody(JsonElement @object, string path, Faults faults) => (_object, _path, Faults) = (@object, path, faults);

    /// <summary>Everything wrong so far; shared with the objects inside.</summary>
    public Faults Faults { get; }

    /// <summary>The body of a request; an empty one is an empty object.</summary>
    public static async Task<Outcome<JsonBody>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return new JsonBody(JsonDocument.Parse("{}").RootElement, "", []);
        }

        if (!request.HasJsonContentType())
        {
            return new Refusal(415, RefusalCodes.UnsupportedMediaType, "Send the body as application/json.");
        }

        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, Strict, cancellationToken);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new JsonBody(document.RootElement.Clone(), "", [])
                : new Refusal(400, RefusalCodes.InvalidRequest, "The body is a JSON object.");
        }
        catch (JsonException exception)
        {
            return new Refusal(400, RefusalCodes.InvalidRequest, $"The body is not well-formed JSON (line {exception.LineNumber + 1}).");
        }
    }

    /// <summary>A port asked for by every call that is about one.</summary>
    public int RequiredPort(string name)
    {
        var missing = !Has(name);
        if (!missing && _object.GetProperty(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var port))
        {
            return port;
        }

        var what = missing ? "missing" : "invalid";
        Faults.Add(Refusal.Invalid(_path + name, $"{_path}{name} is {what}: a port is a whole number from 1 to 65535.", RefusalCodes.InvalidPort));
        return 0;
    }

    /// <summary>A whole number; the caller judges its range.</summary>
    public int? Whole(string name) => Read(name, "a whole number", (JsonElement value, out int number) =>
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out number);
    });

    public bool? Flag(string name) => Read(name, "true or false", (JsonElement value, out bool flag) =>
    {
        flag = value.ValueKind == JsonValueKind.True;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False;
    });

    public int? Int(string name) => Read(name, "a whole number", (JsonElement value, out int number) =>
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out number);
    });

    public double? Number(string name) => Read(name, "a number", (JsonElement value, out double number) =>
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out number);
    });

    /// <summary>A span of time as callers write it, a whole number of seconds.</summary>
    public TimeSpan? Seconds(string name) => Int(name) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>True where it is written as null: the caller takes away what there was.</summary>
    public bool IsNull(string name) => _object.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null;

    public DateTimeOffset? Moment(string name) => Read(name, "a moment in RFC 3339, such as 2030-01-31T12:00:00Z", (JsonElement value, out DateTimeOffset moment) =>
    {
        moment = default;
        return value.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out moment);
    });

    public string? Text(string name)
    {
        if (!Has(name))
        {
            return null;
        }

        var value = _object.GetProperty(name);
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        Mistyped(name, "a text");
        return null;
    }

    public IReadOnlyList<string>? Texts(string name) => Items(name, "a list of texts", JsonValueKind.String)?.ConvertAll(item => item.GetString()!);

    public IReadOnlyList<int>? Ints(string name)
    {
        var items = Items(name, "a list of whole numbers", JsonValueKind.Number);
        if (items?.TrueForAll(item => item.TryGetInt32(out _)) == false)
        {
            Mistyped(name, "a list of whole numbers");
            return null;
        }

        return items?.ConvertAll(item => item.GetInt32());
    }

    public JsonBody? Object(string name)
    {
        if (!Has(name))
        {
            return null;
        }

        var value = _object.GetProperty(name);
        if (value.ValueKind == JsonValueKind.Object)
        {
            return new JsonBody(value, $"{_path}{name}.", Faults);
        }

        Mistyped(name, "an object");
        return null;
    }

    public IReadOnlyList<JsonBody> Objects(string name) => ObjectsOrNull(name) ?? [];

    /// <summary>Null where the member is left out.</summary>
    public IReadOnlyList<JsonBody>? ObjectsOrNull(string name) =>
        Items(name, "a list of objects", JsonValueKind.Object)?.Select((item, i) => new JsonBody(item, $"{_path}{name}[{i}].", Faults)).ToList();

    /// <summary>Call it last: what was not asked for by then is a fault.</summary>
    public void RefuseOthers()
    {
        foreach (var member in _object.EnumerateObject().Where(member => !_read.Contains(member.Name)))
        {
            var known = string.Join(", ", _read.Order(StringComparer.Ordinal));
            Faults.Add(Refusal.Invalid(_path + member.Name, $"{_path}{member.Name} is not a member of this request, which takes: {known}.", RefusalCodes.UnknownMember));
        }
    }

    private delegate bool Reader<T>(JsonElement value, out T result);

    private T? Read<T>(string name, string shape, Reader<T> reader)
        where T : struct
    {
        if (!Has(name))
        {
            return null;
        }

        if (reader(_object.GetProperty(name), out var result))
        {
            return result;
        }

        Mistyped(name, shape);
        return null;
    }

    private List<JsonElement>? Items(string name, string shape, JsonValueKind kind)
    {
        if (!Has(name))
        {
            return null;
        }

        var value = _object.GetProperty(name);
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == kind))
        {
            return [.. value.EnumerateArray()];
        }

        Mistyped(name, shape);
        return null;
    }

    private bool Has(string name)
    {
        _read.Add(name);
        return _object.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;
    }

    private void Mistyped(string name, string shape) => Faults.Add(Refusal.Invalid(_path + name, $"{_path}{name} is {shape}."));
}
