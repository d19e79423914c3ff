namespace PortPortal.Engine.Agent;

/// <summary>The section <c>Node</c>: what a machine needs to become a node, once.</summary>
public sealed class AgentOptions
{
    public const string Section = "Node";

    /// <summary>The portal's address; <c>--join</c>. Needed until the machine has joined.</summary>
    public string Join { get; set; } = "";

    /// <summary>The token an admin was given for this machine; <c>--token</c>, <c>PORTPORTAL_NODE_TOKEN</c>. Worth nothing once used.</summary>
    public string Token { get; set; } = "";
}
