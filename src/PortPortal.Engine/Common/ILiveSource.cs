namespace PortPortal.Engine.Common;

/// <summary>Something people look at, that says when it is not as it was.</summary>
public interface ILiveSource
{
    /// <summary>Raised by whoever makes the change, after it; handlers only take note, for it may be raised under a lock.</summary>
    event Action? Changed;
}
