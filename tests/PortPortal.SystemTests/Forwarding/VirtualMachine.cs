namespace PortPortal.SystemTests.Forwarding;

/// <summary>A machine of its own kernel on a tap at the bridge of a lab: whatever is in force between the two is in force on wire packets alone.</summary>
/// <remarks>Emulated, for guests of a cloud have no hardware to lend; it is up in a few seconds all the same.</remarks>
public sealed class VirtualMachine : IAsyncDisposable
{
    /// <summary>Where tests/run.sh unpacks Debian's kernel for it; nothing is installed.</summary>
    public const string KernelFolder = "artifacts/guest-kernel/boot";

    public const string Address = "10.77.0.9";

    /// <summary>Serves the text <c>a page of the machine</c>.</summary>
    public const int WebPort = 3000;

    /// <summary>Says its name, then sends back what it gets.</summary>
    public const int EchoPort = 4000;

    public const string Name = "machine";

    private const int ShellPort = 9001;
    private const string Tap = "vm0";
    private static readonly TimeSpan BootPatience = TimeSpan.FromSeconds(120);

    /// <summary>In the order in which they need one another.</summary>
    private static readonly string[] Modules = ["failover", "net_failover", "virtio_ring", "virtio", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci", "virtio_net",
        "libchacha", "chacha-x86_64", "poly1305-x86_64", "libchacha20poly1305", "libcurve25519-generic", "curve25519-x86_64", "udp_tunnel", "ip6_udp_tunnel", "wireguard"];

    private static readonly string[] Programs = ["busybox", "ip", "wg", "socat"];

    private readonly TempDirectory _directory = new();
    private readonly NetworkNamespace _host;
    private ChildProcess? _machine;

    private VirtualMachine(NetworkNamespace host) => _host = host;

    public static async Task<VirtualMachine> BootAsync(ForwardingLab lab)
    {
        var machine = new VirtualMachine(lab.Host);
        try
        {
            await machine.BuildAsync();
            await machine.BootAsync();
            return machine;
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a shell script inside and returns what it printed, errors included.</summary>
    public Task<string> RunAsync(string script) => _host.RunAsync($"socat -t 20 - TCP:{Address}:{ShellPort} <<'END'\nexec 2>&1\n{script}\nEND");

    public async ValueTask DisposeAsync()
    {
        if (_machine is not null)
        {
            await _machine.DisposeAsync();
        }

        _directory.Dispose();
    }

    /// <summary>Everything the machine has, in memory: some programs, what they are linked to, and the modules of a network card and of WireGuard.</summary>
    private async Task BuildAsync()
    {
        var root = _directory.File("root");
        foreach (var folder in new[] { "bin", "modules", "proc", "dev", "www" })
        {
            Directory.CreateDirectory(Path.Combine(root, folder));
        }

        await File.WriteAllTextAsync(Path.Combine(root, "www/index.html"), "a page of the machine");
        await File.WriteAllTextAsync(Path.Combine(root, "bin/echo-app"), $"""
            #!/bin/busybox sh
            echo {Name}
            exec /bin/busybox cat

            """);
        await File.WriteAllTextAsync(Path.Combine(root, "init"), $"""
            #!/bin/busybox sh
            /bin/busybox mount -t proc proc /proc
            /bin/busybox mount -t devtmpfs dev /dev
            /bin/busybox ln -s /proc/self/fd/0 /dev/stdin
            export PATH=/bin
            for module in {string.Join(' ', Modules)}; do /bin/busybox insmod /modules/$module.ko; done
            /bin/busybox ip link set lo up
            /bin/busybox ip link set eth0 up
            /bin/busybox ip addr add {Address}/24 dev eth0
            /bin/busybox ip route add default via 10.77.0.1
            /bin/busybox httpd -p {WebPort} -h /www
            /bin/busybox nc -ll -p {EchoPort} -e /bin/echo-app &
            /bin/busybox nc -ll -p {ShellPort} -e /bin/busybox sh &
            echo the machine is up
            wait

            """);
        await NetworkNamespace.ShellAsync($$"""
            set -e
            for program in {{string.Join(' ', Programs)}}; do
              cp -L "$(command -v $program)" {{root}}/bin/$program
              for library in $(ldd {{root}}/bin/$program 2>/dev/null | grep -o '/[^ ]*'); do cp -L --parents $library {{root}}; done
            done
            for module in {{string.Join(' ', Modules)}}; do find {{Repository.PathOf("artifacts", "guest-kernel", "lib", "modules")}} -name "$module.ko" -exec cp {} {{root}}/modules/ ';'; done
            cd {{root}}
            chmod +x init bin/echo-app
            find . | cpio -o -H newc --quiet > {{_directory.File("memory")}}
            """);
    }

    private async Task BootAsync()
    {
        await _host.RunAsync($"ip tuntap add {Tap} mode tap && ip link set {Tap} master br0 && ip link set {Tap} up");
        _machine = _host.Start(
            "qemu-system-x86_64",
            "-accel", "tcg", "-m", "160", "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-serial", "stdio",
            "-kernel", Directory.EnumerateFiles(Repository.PathOf(KernelFolder), "vmlinuz-*").First(), "-initrd", _directory.File("memory"), "-append", "console=ttyS0 quiet panic=-1 mitigations=off",
            "-netdev", $"tap,id=net,ifname={Tap},script=no,downscript=no", "-device", "virtio-net-pci,netdev=net,romfile=");
        await _machine.LineAsync(line => line.StartsWith("the machine is up", StringComparison.Ordinal), BootPatience);
    }
}
