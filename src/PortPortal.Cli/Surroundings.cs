namespace PortPortal.Cli;

/// <summary>What the command finds around it: environment variables, and where files are.</summary>
internal sealed record Surroundings
{
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Where the sign-in is kept.</summary>
    public required string LoginFile { get; init; }

    /// <summary>Where it is written down which portal this command started.</summary>
    public string OwnPortalFile => Path.Combine(Path.GetDirectoryName(LoginFile)!, "portal.json");

    /// <summary>Where a portal of this user's own keeps its things.</summary>
    public required string PortalData { get; init; }

    public static Surroundings OfProcess()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var settings = Given("XDG_CONFIG_HOME") ?? Path.Combine(home, ".config");
        return new()
        {
            Variable = Given,
            LoginFile = Path.Combine(settings, "portportal", "login.json"),
            PortalData = Given("PORTPORTAL_DATA") ?? Path.Combine(home, ".portportal"),
        };
    }

    private static string? Given(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
