namespace PortPortal.Engine.Sessions;

public enum SessionState
{
    Starting,
    Running,
    Paused,
    Terminated,
}
