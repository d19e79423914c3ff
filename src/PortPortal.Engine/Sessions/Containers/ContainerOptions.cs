namespace PortPortal.Engine.Sessions.Containers;

/// <summary>The section <c>Containers</c>: which container engine is asked for sessions.</summary>
public sealed class ContainerOptions
{
    public const string Section = "Containers";
    public const string Automatic = "auto";
    public const string None = "none";

    /// <summary>The path of a Docker-compatible socket; <c>auto</c> looks at DOCKER_HOST and the usual places, <c>none</c> asks nobody.</summary>
    public string Socket { get; set; } = Automatic;
}
