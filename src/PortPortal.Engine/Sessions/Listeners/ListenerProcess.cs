namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>The process behind a listener, in text that is safe to show but written by strangers.</summary>
/// <param name="Pid">As this machine numbers processes, also for those in containers.</param>
/// <param name="Name">At most 64 characters: <c>node</c>, <c>next-server</c>, <c>postgres</c>.</param>
/// <param name="CommandLine">At most 200 characters, passwords and tokens left out; empty where the process hides it.</param>
/// <param name="Project">The name of the directory it works in, where that says something.</param>
internal sealed record ListenerProcess(int Pid, string Name, string CommandLine, string? Project);
