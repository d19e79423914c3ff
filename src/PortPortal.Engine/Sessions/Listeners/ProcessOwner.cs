namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>The process that holds a listening socket: what people see, and the arguments to judge by.</summary>
/// <param name="Descriptor">The number under which it holds the socket.</param>
internal sealed record ProcessOwner(ListenerProcess Process, CommandLine CommandLine, int Descriptor);
