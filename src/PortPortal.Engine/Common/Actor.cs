namespace PortPortal.Engine.Common;

/// <summary>Whoever does a management act: a person, an API key, or PortPortal itself.</summary>
/// <param name="Id">The account's id; <c>system</c> for PortPortal's own acts.</param>
/// <param name="Name">What the audit shows.</param>
/// <param name="Role">Rights as they are now, not as they were at sign-in.</param>
/// <param name="From">The client's address, where there is one.</param>
public sealed record Actor(string Id, string Name, Role Role, string? From = null)
{
    public static readonly Actor System = new("system", "PortPortal", Role.Admin);

    public bool IsAdmin => Role == Role.Admin;

    /// <summary>True where this actor may see or change what <paramref name="ownerId"/> owns.</summary>
    public bool Owns(string ownerId) => IsAdmin || string.Equals(Id, ownerId, StringComparison.Ordinal);
}
