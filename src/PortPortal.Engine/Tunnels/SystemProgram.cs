using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace PortPortal.Engine.Tunnels;

/// <summary>Runs a program of the system to its end; nothing that is given goes through a shell.</summary>
internal static class SystemProgram
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    // Not on everyone's PATH.
    private static readonly string[] Folders = ["/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/bin", "/usr/local/bin"];

    /// <summary>Where it is; null where it is not installed.</summary>
    public static string? Find(string name) => Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <returns>What it printed.</returns>
    /// <exception cref="TunnelException">It is not there, failed, or took too long; the message holds its first words.</exception>
    public static async Task<string> RunAsync(string name, string[] arguments, string input, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Find(name) ?? throw new TunnelException($"the program {name} is not installed"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Encoding.ASCII,
        };
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        Process? process = null;
        try
        {
            process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var error = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(deadline.Token);
            return process.ExitCode == 0 ? await output : throw new TunnelException($"{name} failed: {FirstLine(await error)}");
        }
        catch (Exception exception) when (exception is Win32Exception or IOException)
        {
            throw new TunnelException($"{name} could not be run: {exception.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process?.Kill();
            throw new TunnelException($"{name} did not finish within {Deadline.TotalSeconds} s");
        }
        finally
        {
            process?.Dispose();
        }
    }

    /// <summary>Some draw a box around what nobody asked for, before they come to the point.</summary>
    private static string FirstLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault(line => char.IsAscii(line[0])) ?? "it did not say why";
}

/// <summary>A tunnel could not be made or read; the message is the second half of a sentence.</summary>
internal sealed class TunnelException(string message) : Exception(message);
