namespace PortPortal.Engine.Sessions.Containers;

/// <summary>Where the container engine is to be found.</summary>
internal static class ContainerSocket
{
    private const string UnixScheme = "unix://";

    /// <summary>Null where the setting says nobody, or nobody is there.</summary>
    /// <param name="setting">As <see cref="ContainerOptions.Socket"/> has it.</param>
    /// <param name="environment">Reads a variable.</param>
    /// <param name="exists">Says whether there is such a file.</param>
    public static string? Find(string setting, Func<string, string?> environment, Func<string, bool> exists) => setting switch
    {
        ContainerOptions.None => null,
        ContainerOptions.Automatic => Candidates(environment).FirstOrDefault(exists),
        _ => WithoutScheme(setting),
    };

    public static string? Find(string setting) => Find(setting, Environment.GetEnvironmentVariable, File.Exists);

    private static IEnumerable<string> Candidates(Func<string, string?> environment)
    {
        if (environment("DOCKER_HOST") is { } host && host.StartsWith(UnixScheme, StringComparison.Ordinal))
        {
            yield return WithoutScheme(host);
        }

        yield return "/var/run/docker.sock";
        yield return "/run/podman/podman.sock";
        if (environment("XDG_RUNTIME_DIR") is { Length: > 0 } own)
        {
            yield return Path.Combine(own, "docker.sock");
            yield return Path.Combine(own, "podman", "podman.sock");
        }
    }

    private static string WithoutScheme(string address) => address.StartsWith(UnixScheme, StringComparison.Ordinal) ? address[UnixScheme.Length..] : address;
}
