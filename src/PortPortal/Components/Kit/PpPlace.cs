namespace PortPortal.Components.Kit;

/// <summary>Where one can go back to.</summary>
public sealed record PpPlace(string Title, string Href);
