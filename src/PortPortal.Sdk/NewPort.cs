namespace PortPortal.Sdk;

/// <summary>A port to open to visitors.</summary>
public sealed record NewPort
{
    /// <summary>The port in the session, 1–65535.</summary>
    public required int Port { get; init; }

    /// <summary>What the app itself speaks: <c>http</c> or <c>https</c>; null = <c>http</c>.</summary>
    public string? Protocol { get; init; }

    /// <summary>What people call it.</summary>
    public string? Label { get; init; }

    /// <summary>The endpoint's name, a DNS label: <c>web</c> in <c>https://web.my-app.localhost</c>.</summary>
    public string? Name { get; init; }

    /// <summary>One of <see cref="AccessModes"/>; null = <c>sso</c>.</summary>
    public string? Access { get; init; }

    /// <summary>Who may come in, in mode <c>email</c>: addresses, <c>*@domain</c>, list names, <c>!</c> to refuse.</summary>
    public IReadOnlyList<string>? AllowedEmails { get; init; }

    /// <summary>When it closes by itself; null = never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>What to change about an open port; what is null stays.</summary>
public sealed record PortChange
{
    /// <summary>What people call it.</summary>
    public string? Label { get; init; }

    /// <summary>One of <see cref="AccessModes"/>.</summary>
    public string? Access { get; init; }

    /// <summary>Who may come in, in mode <c>email</c>.</summary>
    public IReadOnlyList<string>? AllowedEmails { get; init; }

    /// <summary>When it closes by itself.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
