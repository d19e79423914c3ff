namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>What a listener seems to be, from names and numbers alone: a suggestion, never a rule.</summary>
/// <param name="Name">As its makers write it: <c>Vite</c>, <c>PostgreSQL</c>.</param>
internal sealed record ListenerGuess(string Name, ListenerKind Kind);
