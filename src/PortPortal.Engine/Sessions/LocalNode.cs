namespace PortPortal.Engine.Sessions;

/// <summary>The node that this process is itself.</summary>
public static class LocalNode
{
    public const string Id = "local";
}
