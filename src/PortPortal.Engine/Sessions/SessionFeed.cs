using PortPortal.Engine.Common;

namespace PortPortal.Engine.Sessions;

/// <summary>Every session that has not ended, and those that ended within the last day, live.</summary>
public sealed class SessionFeed(TimeProvider time) : LiveFeed<SessionStatus>(session => session.Id, time)
{
    /// <summary>For so long the ended are among them.</summary>
    public static readonly TimeSpan EndedAreShown = TimeSpan.FromHours(24);

    /// <summary>By id, or by name among those that have not ended.</summary>
    public SessionStatus? FindByIdOrName(string idOrName) =>
        Find(idOrName) ?? Items.Values.FirstOrDefault(session => session.EndedAt is null && session.Name == idOrName);
}
