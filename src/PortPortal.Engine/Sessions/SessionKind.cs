namespace PortPortal.Engine.Sessions;

public enum SessionKind
{
    ThisMachine,
    Registered,
    Container,
    Sandbox,
}
