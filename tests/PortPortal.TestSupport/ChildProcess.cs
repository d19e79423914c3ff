using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PortPortal.TestSupport;

/// <summary>A program that a test started: its output line by line, and its end by its own pid.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private readonly Process _process;
    private readonly List<string> _lines = []; // under itself

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Everything it has said so far, both streams.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <param name="environment">Added to this process's own; a null value takes a variable away.</param>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? workingDirectory = null)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>(StringComparer.Ordinal))
        {
            info.Environment[name] = value;
        }

        var child = new ChildProcess(new Process { StartInfo = info });
        child._process.OutputDataReceived += (_, e) => child.Add(e.Data);
        child._process.ErrorDataReceived += (_, e) => child.Add(e.Data);
        child._process.Start();
        child._process.StandardInput.Close();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Waits for the first line that fits, said already or yet to come.</summary>
    /// <exception cref="InvalidOperationException">It ended, or never said so; the message holds all it did say.</exception>
    public async Task<string> LineAsync(Func<string, bool> fits, TimeSpan within)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var ended = _process.HasExited;
            if (ended)
            {
                // What it said last may still be on its way here.
                await _process.WaitForExitAsync().WaitAsync(within);
            }

            lock (_lines)
            {
                if (_lines.Find(line => fits(line)) is { } line)
                {
                    return line;
                }
            }

            if (ended || Stopwatch.GetElapsedTime(started) > within)
            {
                throw new InvalidOperationException($"{_process.StartInfo.FileName} {(ended ? $"ended with {_process.ExitCode}" : "did not say what was awaited")}:\n{Output}");
            }

            await Task.Delay(20);
        }
    }

    /// <summary>Waits for its end and returns its exit code.</summary>
    public async Task<int> ExitAsync(TimeSpan within)
    {
        await _process.WaitForExitAsync().WaitAsync(within);
        return _process.ExitCode;
    }

    /// <summary>Asks it to end (SIGTERM) and waits; kills it when it does not.</summary>
    public async Task<int> StopAsync(TimeSpan within)
    {
        if (!_process.HasExited)
        {
            _ = kill(_process.Id, SigTerm);
        }

        try
        {
            return await ExitAsync(within);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
            return await ExitAsync(within);
        }
    }

    /// <summary>Ends it as a power cut would (SIGKILL).</summary>
    public Task<int> KillAsync()
    {
        _process.Kill();
        return ExitAsync(TimeSpan.FromSeconds(5));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.FromSeconds(10));
        _process.Dispose();
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int pid, int signal);

    private void Add(string? line)
    {
        if (line is not null)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }
        }
    }
}
