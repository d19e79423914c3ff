namespace PortPortal.Sdk;

/// <summary>One port of a session: seen listening, exposed, or both.</summary>
public sealed record PortInfo
{
    /// <summary>1–65535.</summary>
    public required int Port { get; init; }

    /// <summary><c>detected</c>, <c>declared</c> or <c>user</c>.</summary>
    public string Source { get; init; } = "detected";

    /// <summary>True while something listens; null while nobody has looked.</summary>
    public bool? Listening { get; init; }

    /// <summary>The process that listens, where it is known.</summary>
    public string? Process { get; init; }

    /// <summary>True where it is open to visitors.</summary>
    public bool Exposed { get; init; }

    /// <summary>Where visitors open it.</summary>
    public Uri? Url { get; init; }

    /// <summary><c>sso</c>, <c>email</c>, <c>pin</c> or <c>public</c>.</summary>
    public string? Access { get; init; }

    /// <summary>What people call it, or what it probably is.</summary>
    public string? Label { get; init; }

    /// <summary>Why it failed or waits, in words.</summary>
    public string? Problem { get; init; }
}

/// <summary>The answer of <c>GET /v1/sessions/{id}/ports</c>.</summary>
public sealed record PortList
{
    /// <summary>In order of number.</summary>
    public required IReadOnlyList<PortInfo> Ports { get; init; }
}
