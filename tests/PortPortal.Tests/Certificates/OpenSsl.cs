using System.Diagnostics;

namespace PortPortal.Tests.Certificates;

/// <summary>The command <c>openssl</c>, a second opinion that shares no code with .NET's chain building.</summary>
internal static class OpenSsl
{
    public static bool IsThere { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "openssl")));

    public static Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) => AskAsync("", arguments);

    public static async Task<(int ExitCode, string Output)> AskAsync(string input, params string[] arguments)
    {
        var start = new ProcessStartInfo("openssl", arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }
}

/// <summary>A test that asks openssl, skipped where it is not installed.</summary>
internal sealed class OpenSslFactAttribute : FactAttribute
{
    public OpenSslFactAttribute()
    {
        if (!OpenSsl.IsThere)
        {
            Skip = "openssl is not installed";
        }
    }
}
