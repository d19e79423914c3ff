namespace PortPortal.Engine.Audit;

/// <summary>The section <c>Audit</c>.</summary>
public sealed class AuditOptions
{
    public const string Section = "Audit";

    /// <summary>How long entries are kept; 1 day to 10 years.</summary>
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(90);
}
