namespace PortPortal.Sdk;

/// <summary>Whom a client trusts, and where previews are.</summary>
public sealed record PortPortalClientOptions
{
    /// <summary>The certificate authority to trust, PEM, such as <c>~/.portportal/ca/ca.crt</c>; null = those of the system.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>Where previews are served, where that does not follow from the portal's address.</summary>
    public string? PreviewHost { get; init; }

    /// <summary>How long one answer may take; the status feed is not limited.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock that waits and events are measured by.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
