using PortPortal.Engine.Common;

namespace PortPortal.Engine.Sessions;

/// <summary>Which names a session may carry.</summary>
public static class SessionNames
{
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "portal", "preview", "share", "www", "api", "admin", "auth", Session.ThisMachineId,
    };

    /// <summary>Null where <paramref name="name"/> may be used.</summary>
    public static Refusal? Check(string name)
    {
        if (!DnsLabel.IsWellFormed(name))
        {
            return Refusal.Invalid("name", $"name {DnsLabel.Rule}.", RefusalCodes.InvalidName);
        }

        return Reserved.Contains(name)
            ? Refusal.Invalid("name", $"name cannot be “{name}”: that word is reserved.", RefusalCodes.InvalidName)
            : null;
    }
}
