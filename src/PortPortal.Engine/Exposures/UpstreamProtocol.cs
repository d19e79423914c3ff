namespace PortPortal.Engine.Exposures;

/// <summary>What the app behind speaks.</summary>
public enum UpstreamProtocol
{
    Http,
    Https,
}
