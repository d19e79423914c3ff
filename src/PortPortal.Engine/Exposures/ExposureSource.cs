namespace PortPortal.Engine.Exposures;

/// <summary>Why a port is exposed.</summary>
public enum ExposureSource
{
    /// <summary>Somebody asked for it.</summary>
    User,

    /// <summary>The session came with it: declared at its registration, or by its labels.</summary>
    Declared,

    /// <summary>Something was seen listening in a session whose profile opens every port.</summary>
    Detected,
}
