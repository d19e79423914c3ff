using PortPortal.Engine.Access;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.Limits;

/// <summary>One exposed port that is wider than it may be, and the mode it gets instead.</summary>
public sealed record Downgrade(ExposureStatus Exposure, AccessMode To)
{
    /// <summary>Every open exposure that these limits would narrow; nothing is changed.</summary>
    /// <param name="limits">The limits of a session, by the name of its profile.</param>
    internal static IReadOnlyList<Downgrade> Foresee(ExposureFeed exposures, SessionFeed sessions, Func<string, Profile> limits) =>
    [
        .. from exposure in exposures.Items.Values
           let session = sessions.Find(exposure.SessionId)
           where session is not null
           let widest = limits(session.Profile).WidestAccess
           where exposure.Access.Mode > widest
           orderby exposure.SessionName, exposure.Port
           select new Downgrade(exposure, Under(widest, exposure.Access.AllowedEmails.Count > 0)),
    ];

    /// <remarks>A list that nobody has written lets nobody in; people who sign in are nearer to what the owner wanted.</remarks>
    internal static AccessMode Under(AccessMode widest, bool hasList) => widest == AccessMode.Email && !hasList ? AccessMode.Sso : widest;
}
