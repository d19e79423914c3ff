using System.CommandLine;

namespace PortPortal.Cli;

/// <summary>Options and arguments that several commands share.</summary>
internal static class Options
{
    public static readonly Option<bool> Json = new("--json") { Description = "Print the answer as JSON." };

    public static Argument<string> Session(string description = "The session's name or id.") => new("session") { Description = description };

    /// <summary>Such as <c>my-app:3000</c>.</summary>
    public static Argument<PortAddress> Port(bool numberOnly = false) => new(numberOnly ? "session:port" : "session:port|endpoint")
    {
        Description = numberOnly
            ? "A session by name or id, and a port: my-app:3000. A port alone is one of this machine."
            : "A session by name or id, and a port or an endpoint: my-app:3000, my-app:web. A port alone is one of this machine.",
        CustomParser = result =>
        {
            if (PortAddress.TryParse(result.Tokens[0].Value, out var address) && (address.Port is not null || !numberOnly))
            {
                return address;
            }

            result.AddError($"“{result.Tokens[0].Value}” is not a port of a session: write my-app:3000; a port is a whole number from 1 to 65535.");
            return null!;
        },
    };

    /// <summary>Such as <c>90s</c>, <c>15m</c>, <c>24h</c> or <c>7d</c>.</summary>
    public static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = $"{description} Such as 15m, 24h or 7d.",
        CustomParser = result =>
        {
            if (PortPortal.Cli.Duration.TryParse(result.Tokens[0].Value, out var duration))
            {
                return duration;
            }

            result.AddError($"{name} takes a number and s, m, h or d, such as 15m, 24h or 7d.");
            return null;
        },
    };
}
