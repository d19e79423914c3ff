using Microsoft.Extensions.Options;

namespace PortPortal.Start;

/// <summary>Turns what stops the start into words: every wrong setting at once, or the one thing that is in the way.</summary>
internal static class StartFailure
{
    /// <summary>Null for a bug, whose stack trace says more.</summary>
    public static IReadOnlyList<string>? Explain(Exception exception) => exception switch
    {
        OptionsValidationException invalid => [.. invalid.Failures],
        AggregateException { InnerExceptions: var all } when all.All(inner => inner is OptionsValidationException) =>
            [.. all.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures)],
        InvalidDataException damaged => [damaged.Message],
        IOException blocked => [blocked.Message],
        UnauthorizedAccessException denied => [denied.Message],
        _ => null,
    };

    public static async Task PrintAsync(IReadOnlyList<string> reasons, TextWriter output)
    {
        await output.WriteLineAsync("PortPortal did not start:");
        foreach (var reason in reasons)
        {
            await output.WriteLineAsync($"  - {reason}");
        }
    }
}
