namespace PortPortal.Engine.Nodes;

/// <summary>A machine to be announced.</summary>
/// <param name="Name">A DNS label.</param>
/// <param name="Host">Where the world reaches it; null where it does not.</param>
/// <param name="TokenLife">How long the join token can be used; null for an hour.</param>
internal sealed record NodeRequest(string? Name, string? Host, TimeSpan? TokenLife);

/// <param name="Status">The node, waiting to be joined.</param>
/// <param name="Token">The secret; nothing can show it again.</param>
internal sealed record NewNode(NodeStatus Status, string Token);

/// <summary>What a machine says about itself when it joins.</summary>
internal sealed record JoinRequest(string? Token, string? PublicKey, string? TunnelKey);
