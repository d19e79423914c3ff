namespace PortPortal.BrowserTests.Support;

/// <summary>Debian's Chromium with a home of its own, in which one authority is trusted the way a person would do it.</summary>
public sealed class TrustingBrowser : IAsyncDisposable
{
    // The shell has no window to draw, which is most of what a browser costs here.
    private static readonly string[] Programs = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

    // A loaded machine is slow, not wrong; what must be quick says so where it is expected.
    private const float Patience = 20_000;

    private readonly TempDirectory _home;
    private readonly IPlaywright _playwright;

    private TrustingBrowser(TempDirectory home, IPlaywright playwright, IBrowser chromium) => (_home, _playwright, Chromium) = (home, playwright, chromium);

    public IBrowser Chromium { get; }

    public static async Task<TrustingBrowser> StartAsync(string authorityPath)
    {
        var home = new TempDirectory();
        var store = "sql:" + home.File(".pki/nssdb");
        Directory.CreateDirectory(home.File(".pki/nssdb"));
        await RunAsync("certutil", "-d", store, "-N", "--empty-password");
        await RunAsync("certutil", "-d", store, "-A", "-t", "C,,", "-n", "PortPortal", "-i", authorityPath);

        Assertions.SetDefaultExpectTimeout(Patience);
        var playwright = await Playwright.CreateAsync();
        var chromium = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Array.Find(Programs, File.Exists) ?? Programs[0],
            Headless = true,
            Env = new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = home.Root, ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "" },
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        return new(home, playwright, chromium);
    }

    public async ValueTask DisposeAsync()
    {
        await Chromium.CloseAsync();
        _playwright.Dispose();
        _home.Dispose();
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        await using var run = ChildProcess.Start(program, arguments);
        if (await run.ExitAsync(TimeSpan.FromSeconds(20)) is not 0 and var code)
        {
            throw new InvalidOperationException($"{program} ended with {code}: {run.Output}");
        }
    }
}
