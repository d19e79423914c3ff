using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace PortPortal.Engine.Forwarding.Nftables;

/// <summary>Runs a script in one transaction by the program <c>nft</c>: at start and to rebuild a damaged table, never for single changes.</summary>
/// <remarks>
/// Its library would save the 10 ms of a process, and end ours: it waits by select(2), which aborts where a descriptor is above 1023
/// (nftables 1.0.6, <c>mnl_batch_talk</c>), and a busy edge has more of them than that.
/// </remarks>
internal static class NftProgram
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    // Not on everyone's PATH.
    private static readonly string[] Folders = ["/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin"];

    /// <summary>Where it is; null where it is not installed.</summary>
    public static string? Path { get; } = Folders.Select(folder => System.IO.Path.Combine(folder, "nft")).FirstOrDefault(File.Exists);

    /// <exception cref="NftablesException">The script was refused, and nothing of it done.</exception>
    public static void Run(string script)
    {
        var errors = new StringBuilder();
        using var process = new Process
        {
            StartInfo = new(Path ?? "nft", ["-f", "-"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = true, StandardInputEncoding = Encoding.ASCII },
        };
        process.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
        try
        {
            process.Start();
            process.BeginErrorReadLine();
            process.StandardInput.Write(script);
            process.StandardInput.Close();
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw new NftablesException($"nft could not be run: {e.Message}");
        }

        if (!process.WaitForExit(Deadline))
        {
            process.Kill();
            throw new NftablesException($"nft did not finish within {Deadline.TotalSeconds} s");
        }

        process.WaitForExit(); // until its last words are read
        if (process.ExitCode != 0)
        {
            throw new NftablesException(errors.ToString().Split('\n', 2)[0].Trim());
        }
    }
}

/// <summary>nftables said no.</summary>
internal sealed class NftablesException(string message) : Exception(message);
