namespace PortPortal.Components.Kit;

/// <summary>How a moment is told.</summary>
public enum PpTimeKind
{
    /// <summary>“4 min ago”.</summary>
    Ago,

    /// <summary>“4 min”, counted from the moment.</summary>
    Since,

    /// <summary>“4 min”, counted to the moment.</summary>
    Until,

    /// <summary>“4 min left”.</summary>
    Left,
}
