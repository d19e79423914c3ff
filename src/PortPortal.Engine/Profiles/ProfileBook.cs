namespace PortPortal.Engine.Profiles;

/// <summary>Every profile by its name, in memory: reading one waits for nothing.</summary>
public sealed class ProfileBook
{
    private static readonly Profile Dev = new() { Name = Profile.DefaultName };

    /// <summary>PandaStack's documented limit.</summary>
    private static readonly Profile Strict = new() { Name = "strict", RequestsPerSecond = 1, RequestBurst = 10 };

    public IReadOnlyCollection<Profile> All { get; } = [Dev, Strict];

    /// <summary>The profile of that name; the default one where there is none.</summary>
    public Profile Of(string? name) => All.FirstOrDefault(profile => profile.Name == name) ?? Dev;
}
