using PortPortal.Engine.Common;

namespace PortPortal.Engine.Exposures;

/// <summary>How far a visitor's request would get: one step per rung of the ladder, from the session up to the app.</summary>
public sealed record ExposureHealth(ValueList<HealthStep> Steps)
{
    /// <summary>Not one step is known to fail.</summary>
    public bool IsHealthy => Steps.All(step => step.Passed != false);

    /// <summary>The first step that fails; what is above it cannot be better.</summary>
    public HealthStep? FirstFault => Steps.FirstOrDefault(step => step.Passed == false);
}

/// <param name="Rung">Which step it is.</param>
/// <param name="Passed">Null while nobody knows.</param>
/// <param name="Since">When it became so.</param>
/// <param name="Reason">Why, in words a user can act on.</param>
public sealed record HealthStep(HealthRung Rung, bool? Passed, DateTimeOffset Since, string Reason);

/// <summary>The steps, each resting on the one before.</summary>
public enum HealthRung
{
    SessionRunning,
    NodeConnected,
    TunnelUp,
    RuleApplied,
    PortListening,
    AppAnswers,
}
