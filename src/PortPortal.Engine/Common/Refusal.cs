namespace PortPortal.Engine.Common;

/// <summary>One reason why something was not done, in the words and with the status a client gets.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The stable code, one of <see cref="RefusalCodes"/>.</param>
/// <param name="Detail">One sentence that names the field and the allowed values.</param>
/// <param name="Field">The member of the request, as JSON spells it; null where none is to blame.</param>
public sealed record Refusal(int Status, string Code, string Detail, string? Field = null)
{
    /// <summary>When trying again makes sense; sent as Retry-After.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What was not found.</summary>
    public string? Subject { get; init; }

    /// <summary>Absent, foreign and forbidden look the same.</summary>
    public static Refusal NotFound(string what) => new(404, RefusalCodes.NotFound, $"There is no such {what}, or it is not yours.") { Subject = what };

    public static Refusal Invalid(string field, string detail, string code = RefusalCodes.InvalidRequest) => new(400, code, detail, field);
}
