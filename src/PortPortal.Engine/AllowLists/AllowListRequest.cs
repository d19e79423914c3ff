namespace PortPortal.Engine.AllowLists;

/// <summary>What a caller wants of a list, as it was written; null leaves a thing as it is.</summary>
public sealed record AllowListRequest
{
    public string? Note { get; init; }

    /// <summary>All that the list is to hold.</summary>
    public IReadOnlyList<AllowedEntryRequest>? Entries { get; init; }
}

/// <param name="Rule">As <see cref="Common.EmailRule"/> reads it, without an end.</param>
/// <param name="Until">Null: for good.</param>
/// <param name="Note">Why it is there.</param>
public sealed record AllowedEntryRequest(string? Rule, DateTimeOffset? Until = null, string? Note = null);
