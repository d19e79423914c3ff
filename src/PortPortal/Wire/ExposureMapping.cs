using PortPortal.Engine.Access;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.ShareLinks;
using PortPortal.Sdk;

namespace PortPortal.Wire;

/// <summary>Open ports, with what stands behind each.</summary>
internal static class ExposureMapping
{
    public static ExposedPortInfo ToInfo(this ExposureStatus exposure) => new()
    {
        Port = exposure.Port,
        Url = exposure.Url,
        SessionId = exposure.SessionId,
        Label = exposure.Label,
        Name = exposure.Name,
        Access = WireWord.Of(exposure.Access.Mode),
        AllowedEmails = exposure.Access.Mode == AccessMode.Email ? exposure.Access.AllowedEmails : null,
        AllowedPeople = exposure.Access is { Mode: AccessMode.Sso, AllowedPeople.Count: > 0 } ? exposure.Access.AllowedPeople : null,
        State = WireWord.Of(exposure.State),
        Problem = exposure.Problem,
        Listening = exposure.Listening,
        PangolinUrl = exposure.PangolinUrl,
        PangolinProblem = exposure.PangolinProblem,
        ExpiresAt = exposure.ExpiresAt,
        Notice = exposure.Notice,
        CloseAfterIdleSeconds = (int?)exposure.CloseAfterIdle?.TotalSeconds,
        IdleEndsAt = exposure.IdleEndsAt,
        Health = exposure.Health?.ToInfo(),
    };

    /// <summary>With PIN and share link, for people who may change the port.</summary>
    public static ExposedPortInfo ToInfo(this ExposureStatus exposure, ExposurePins pins, ShareLinkService links) =>
        exposure.ToInfo() with { Pin = exposure.Access.Mode == AccessMode.Pin ? pins.Reveal(exposure) : null, ShareLink = links.BirthLinkOf(exposure) };

    public static IReadOnlyList<HealthStepInfo> ToInfo(this ExposureHealth health) =>
        [.. health.Steps.Select(step => new HealthStepInfo { Step = WireWord.Of(step.Rung), Passed = step.Passed, Since = step.Since, Reason = step.Reason })];
}
