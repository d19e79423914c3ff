using System.ComponentModel;
using System.Diagnostics;

namespace PortPortal.Cli.Trust;

/// <summary>A place whose readers trust what is in it, and the commands that put an authority there.</summary>
/// <param name="Name">Who reads it.</param>
/// <param name="OfUser">True where no rights are needed.</param>
/// <param name="Steps">Programs and their arguments, one after the other.</param>
internal sealed record TrustStore(string Name, bool OfUser, IReadOnlyList<string[]> Steps)
{
    private const string Title = "PortPortal";

    /// <summary>What a person would type.</summary>
    public string CommandLine => string.Join(" && ", Steps.Select(step => (OfUser ? "" : "sudo ") + string.Join(' ', step.Select(Quoted))));

    /// <param name="authority">The authority's certificate, PEM.</param>
    public static IReadOnlyList<TrustStore> All(string authority)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var browsers = Path.Combine(home, ".pki", "nssdb");
        return OperatingSystem.IsMacOS()
            ? [new("macOS", OfUser: false, [["security", "add-trusted-cert", "-d", "-r", "trustRoot", "-k", "/Library/Keychains/System.keychain", authority]])]
            : OperatingSystem.IsWindows()
            ? [new("Windows", OfUser: true, [["certutil", "-user", "-addstore", "Root", authority]])]
            :
            [
                new("System", OfUser: false, [["cp", authority, "/usr/local/share/ca-certificates/portportal.crt"], ["update-ca-certificates"]]),
                new("Chromium", OfUser: true, [["mkdir", "-p", browsers], ["certutil", "-d", $"sql:{browsers}", "-A", "-t", "C,,", "-n", Title, "-i", authority]]),
            ];
    }

    /// <summary>Runs the steps; null where all went well, else why not.</summary>
    public async Task<string?> AddAsync(CancellationToken cancellationToken)
    {
        if (!OfUser && !Environment.IsPrivilegedProcess)
        {
            return "needs root.";
        }

        foreach (var step in Steps)
        {
            if (await RunAsync(step, cancellationToken) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static async Task<string?> RunAsync(string[] step, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(step[0], step[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var said = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var complained = await process.StandardError.ReadToEndAsync(cancellationToken);
            await said;
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? null : $"{step[0]} ended with {process.ExitCode}: {complained.Trim()}";
        }
        catch (Win32Exception)
        {
            return $"{step[0]} is not installed.";
        }
    }

    private static string Quoted(string word) => word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '-' or '_' or ':' or ',') ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
