namespace PortPortal.Components.Kit;

/// <summary>How much of a moment is written.</summary>
public enum PpLocalTimeShape
{
    /// <summary>14:02:09.</summary>
    Second,

    /// <summary>14:02.</summary>
    Minute,

    /// <summary>3 Mar 14:02.</summary>
    Day,
}
