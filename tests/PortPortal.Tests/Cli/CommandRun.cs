using System.Diagnostics;
using System.Text.RegularExpressions;

namespace PortPortal.Tests.Cli;

/// <summary>One run of the real command: how it ended, and what it said to scripts and to people.</summary>
internal sealed partial record CommandRun(int ExitCode, string Out, string Aside)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>What it said to scripts, with everything that differs from run to run made the same.</summary>
    public string Golden => AnAge().Replace(AnId().Replace(APort().Replace(Out, ":8443"), "aaaaaaaaaaaa"), "1s ago").ReplaceLineEndings("\n").TrimEnd();

    /// <param name="environment">All that it knows of the test's surroundings, beside what a program needs to start.</param>
    public static async Task<CommandRun> OfAsync(IReadOnlyDictionary<string, string> environment, string? input, params string[] arguments)
    {
        var info = new ProcessStartInfo("dotnet", [Repository.Program("PortPortal.Cli"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in info.Environment.Keys.Where(name => name.StartsWith("PORTPORTAL_", StringComparison.Ordinal) || name.StartsWith("MOAT_", StringComparison.Ordinal) || name.StartsWith("XDG_", StringComparison.Ordinal)).ToList())
        {
            info.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        using var process = Process.Start(info)!;
        using var deadline = new CancellationTokenSource(Patience);
        var said = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var aside = process.StandardError.ReadToEndAsync(deadline.Token);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(deadline.Token);
        return new(process.ExitCode, await said, await aside);
    }

    [GeneratedRegex("[a-z2-7]{12}")]
    private static partial Regex AnId();

    [GeneratedRegex(":[0-9]{5}")]
    private static partial Regex APort();

    [GeneratedRegex("[0-9]+[sm] ago")]
    private static partial Regex AnAge();
}
