namespace PortPortal.Components.Kit;

/// <summary>One line of a list of facts.</summary>
/// <param name="Mono">Addresses, ids and the like.</param>
public sealed record PpFact(string Name, string Value, bool Mono = false);
