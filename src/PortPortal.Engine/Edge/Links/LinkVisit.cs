namespace PortPortal.Engine.Edge.Links;

/// <summary>What a one-time code carries from where a share link was opened to the app's host.</summary>
/// <param name="LinkId">The link.</param>
/// <param name="Browser">The browser's random name.</param>
/// <param name="Host">The app's host, which alone may redeem it.</param>
internal sealed record LinkVisit(string LinkId, string Browser, string Host);
