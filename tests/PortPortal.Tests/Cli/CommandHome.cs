using PortPortal.Tests.Sdk;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Cli;

/// <summary>A home of the command's own, and the portal it speaks to.</summary>
internal sealed class CommandHome(SdkPortal portal) : IDisposable
{
    private readonly TempDirectory _home = new();

    public string LoginFile => _home.File(".config/portportal/login.json");

    public string AuthorityPath => portal.App.AuthorityPath;

    /// <summary>As an admin whose key is in the environment.</summary>
    public Task<CommandRun> RunAsync(params string[] arguments) => RunAsAsync(PortalApp.AdminApiKey, arguments);

    public Task<CommandRun> RunAsAsync(string apiKey, params string[] arguments) =>
        RunInAsync(new(StringComparer.Ordinal) { ["PORTPORTAL_URL"] = portal.App.Portal.ToString(), ["PORTPORTAL_API_KEY"] = apiKey, ["PORTPORTAL_CA_FILE"] = AuthorityPath }, input: null, arguments);

    public Task<CommandRun> RunInAsync(Dictionary<string, string> environment, string? input, params string[] arguments)
    {
        environment["HOME"] = _home.Root;
        return CommandRun.OfAsync(environment, input, arguments);
    }

    public void Dispose() => _home.Dispose();
}
