namespace PortPortal.Engine.Exposures;

/// <summary>Whoever knows about one rung of the ladder: nodes, tunnels, rules.</summary>
internal interface IHealthSource
{
    HealthRung Rung { get; }

    /// <summary>Null where this exposure does not depend on it.</summary>
    HealthSign? Look(ExposureStatus exposure);
}

/// <param name="Passed">Null while nobody knows.</param>
/// <param name="Reason">One sentence.</param>
internal readonly record struct HealthSign(bool? Passed, string Reason);
