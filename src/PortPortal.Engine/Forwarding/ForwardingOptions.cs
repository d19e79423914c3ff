namespace PortPortal.Engine.Forwarding;

/// <summary>The settings under <c>Forwarding</c>.</summary>
public sealed class ForwardingOptions
{
    public const string Section = "Forwarding";

    public ForwardingDriver Driver { get; set; } = ForwardingDriver.Auto;

    /// <summary>The name or address under which the world reaches this machine's public ports; empty = the edge's base domain.</summary>
    public string PublicHost { get; set; } = "";

    /// <summary>How long the address of whoever passed the gate of a web port may use the forwards that wait for a knock.</summary>
    public TimeSpan KnockLifetime { get; set; } = TimeSpan.FromHours(1);
}

public enum ForwardingDriver
{
    /// <summary>nftables where the process may and the kernel can, else the relay.</summary>
    Auto,

    /// <summary>nftables, or no start.</summary>
    Nftables,
    Relay,
}
