namespace PortPortal.Tests.Sessions.Listeners;

/// <summary>A test of what only Linux tells about its sockets.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = LinuxTheoryAttribute.Reason;
}

[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public static readonly string? Reason = OperatingSystem.IsLinux() ? null : "needs Linux: sock_diag and /proc";

    public LinuxTheoryAttribute() => Skip = Reason;
}
