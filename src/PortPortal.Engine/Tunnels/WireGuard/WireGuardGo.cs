using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace PortPortal.Engine.Tunnels.WireGuard;

/// <summary>The userspace implementation as a process that ends with this one, or is taken over by the next.</summary>
internal sealed class WireGuardGo : IDisposable
{
    public const string Program = "wireguard-go";
    private const int MostWords = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _words = new();

    private WireGuardGo(string path, string device)
    {
        _process = new Process
        {
            StartInfo = new(path, ["-f", device]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true, Environment = { ["LOG_LEVEL"] = "error" } },
            EnableRaisingEvents = true,
        };
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
    }

    /// <summary>Starts it and waits until its control socket answers.</summary>
    /// <param name="ended">Called once when the process is gone, whoever ended it.</param>
    /// <exception cref="TunnelException">It is not installed, or ended at once; the message holds its words.</exception>
    public static async Task<UapiDevice> StartAsync(string device, Action ended, CancellationToken cancellationToken)
    {
        var path = SystemProgram.Find(Program)
            ?? throw new TunnelException($"this kernel has no WireGuard and the program {Program} is not installed (Debian package {Program})");
        var program = new WireGuardGo(path, device);
        try
        {
            program._process.Exited += (_, _) => ended();
            program.Start();
            var made = new UapiDevice(UapiDevice.SocketOf(device), program);
            await program.AwaitAsync(made, cancellationToken);
            return made;
        }
        catch
        {
            program.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It never started, or is gone.
        }

        _process.Dispose();
    }

    private void Start()
    {
        try
        {
            _process.Start();
        }
        catch (Win32Exception exception)
        {
            throw new TunnelException($"{Program} could not be started: {exception.Message}");
        }

        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    private async Task AwaitAsync(UapiDevice device, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (_process.HasExited)
            {
                await _process.WaitForExitAsync(cancellationToken);
                throw new TunnelException($"{Program} ended at once: {string.Join(' ', _words)}");
            }

            try
            {
                await device.ReadAsync(cancellationToken);
                return;
            }
            catch (TunnelException) when (Stopwatch.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
            }
        }
    }

    private void Hear(string? line)
    {
        if (line is { Length: > 0 } && _words.Count < MostWords)
        {
            _words.Enqueue(line);
        }
    }
}
