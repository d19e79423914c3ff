using System.ComponentModel;
using System.Diagnostics;

namespace PortPortal.Engine.Tunnels.WireGuard;

/// <summary>The userspace implementation as a process that ends with this one, or is taken over by the next.</summary>
internal sealed class WireGuardGo : IDisposable
{
    public const string Program = "wireguard-go";

    /// <summary>It speaks to nobody: by a pipe of ours it would end with the first error that it has to say after we were killed.</summary>
    private const string Silently = "exec \"$0\" -f \"$1\" >/dev/null 2>&1";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Process _process;

    private WireGuardGo(string path, string device) => _process = new Process
    {
        StartInfo = new("/bin/sh", ["-c", Silently, path, device]) { UseShellExecute = false },
        EnableRaisingEvents = true,
    };

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
            await program.AwaitAsync(made, device, cancellationToken);
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
    }

    private async Task AwaitAsync(UapiDevice device, string name, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (_process.HasExited)
            {
                // Once more, to hear why.
                await SystemProgram.RunAsync(Program, ["-f", name], "", cancellationToken);
                throw new TunnelException($"{Program} ended at once");
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
}
