namespace PortPortal.Engine.Sessions;

/// <summary>The section <c>Sessions</c>: where sessions may come from and what they may reach.</summary>
public sealed class SessionOptions
{
    public const string Section = "Sessions";

    /// <summary>Networks in which a registered session's address may lie; default: the private ranges.</summary>
    public IList<string> AllowedAddresses { get; init; } = [];

    /// <summary>True lets members expose ports of this machine, not admins alone.</summary>
    public bool MembersUseThisMachine { get; set; }
}
