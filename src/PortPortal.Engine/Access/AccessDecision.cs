using PortPortal.Engine.Common;

namespace PortPortal.Engine.Access;

/// <summary>The gate's answer to one visitor at one moment.</summary>
/// <param name="Verdict">Yes, not yet, or no.</param>
/// <param name="Code">One of <see cref="RefusalCodes"/>; null for a yes.</param>
public readonly record struct AccessDecision(Verdict Verdict, string? Code)
{
    public static readonly AccessDecision Admit = new(Verdict.Admitted, null);

    public bool IsAdmitted => Verdict == Verdict.Admitted;

    /// <summary>A proof is missing, wrong or over; with one the answer may be yes.</summary>
    public static AccessDecision Ask(string code) => new(Verdict.ProofMissing, code);

    /// <summary>The visitor is known, and not allowed.</summary>
    public static AccessDecision Refuse(string code) => new(Verdict.Refused, code);
}

/// <summary>The default value is a refusal, so that a forgotten answer is a no.</summary>
public enum Verdict
{
    Refused,
    ProofMissing,
    Admitted,
}
