namespace PortPortal.Engine.Exposures;

/// <summary>Where an exposure is in its life.</summary>
public enum ExposureState
{
    Pending,
    Active,
    Failed,
    Paused,
    Closing,
    Closed,
}
