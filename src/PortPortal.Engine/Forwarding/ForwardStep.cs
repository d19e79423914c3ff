namespace PortPortal.Engine.Forwarding;

/// <summary>What changes between one plan and the next, for a driver that has the rest in force already.</summary>
/// <param name="Opened">Forwards that are new, or other than before; of those that are the same, nothing is touched.</param>
/// <param name="Closed">Marks of forwards that are no longer wanted; one that is not in force is no error.</param>
public sealed record ForwardStep(ForwardPlan Opened, IReadOnlyCollection<uint> Closed);
