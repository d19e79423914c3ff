namespace PortPortal.Sdk;

/// <summary>Some entries of the audit, newest first, and how to go on.</summary>
public sealed record AuditPageInfo
{
    /// <summary>Newest first.</summary>
    public required IReadOnlyList<AuditEntryInfo> Entries { get; init; }

    /// <summary>The <c>cursor</c> of the page after this one; null at the end.</summary>
    public long? Next { get; init; }
}
