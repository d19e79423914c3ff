using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures;

/// <summary>Finds an exposed port for someone who may see it, or change it; to others it does not exist.</summary>
internal sealed class ExposureRights(SessionService sessions, ExposureFeed exposures)
{
    public Outcome<ExposureStatus> Find(string session, int port, Actor actor) => Of(sessions.Find(session, actor), port);

    public Outcome<ExposureStatus> FindToChange(string session, int port, Actor actor) => Of(sessions.FindToChange(session, actor), port);

    private Outcome<ExposureStatus> Of(Outcome<SessionStatus> session, int port)
    {
        if (!session.Succeeded)
        {
            return session.Refused<ExposureStatus>();
        }

        return exposures.Find(session.Value.Id, port) is { } exposure ? exposure : Refusal.NotFound("exposed port");
    }
}
