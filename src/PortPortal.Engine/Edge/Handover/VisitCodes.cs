namespace PortPortal.Engine.Edge.Handover;

/// <summary>One-time codes that carry a sign-in from the portal to one app's host: bound to exposure, host and state.</summary>
internal sealed class VisitCodes(TimeProvider time)
{
    public static readonly TimeSpan Lifetime = OneTimeCodes<VisitCode>.Lifetime;

    private readonly OneTimeCodes<VisitCode> _codes = new(time);

    /// <summary>Null where far too many are on their way; the visitor tries again.</summary>
    public string? Issue(string exposureId, string host, string state, string signInId) => _codes.Issue(new(exposureId, host, state, signInId));

    /// <summary>The sign-in behind a code. The first caller gets it, right or wrong: a code that was tried is used up.</summary>
    public string? Redeem(string code, string exposureId, string host, string state) =>
        _codes.Redeem(code) is { } issued
        && string.Equals(issued.ExposureId, exposureId, StringComparison.Ordinal)
        && string.Equals(issued.Host, host, StringComparison.Ordinal)
        && string.Equals(issued.State, state, StringComparison.Ordinal)
            ? issued.SignInId
            : null;

    private sealed record VisitCode(string ExposureId, string Host, string State, string SignInId);
}
