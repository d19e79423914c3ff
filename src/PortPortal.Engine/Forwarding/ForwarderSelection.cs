using System.Globalization;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Forwarding.Nftables;
using PortPortal.Engine.Forwarding.Relay;

namespace PortPortal.Engine.Forwarding;

/// <summary>Picks the best driver this process may use here, once at start, and says why.</summary>
internal static class ForwarderSelection
{
    private const int CapNetAdmin = 12;

    /// <exception cref="InvalidOperationException">nftables is demanded by the settings and cannot be had.</exception>
    public static IPortForwarder Create(ForwardingOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        var obstacle = options.Driver == ForwardingDriver.Relay
            ? $"the setting {ForwardingOptions.Section}:Driver says so"
            : ObstacleToNftables();
        if (obstacle is not null && options.Driver == ForwardingDriver.Nftables)
        {
            throw new InvalidOperationException($"The setting {ForwardingOptions.Section}:Driver is Nftables, but {obstacle}. Allowed are Auto, Nftables and Relay.");
        }

        var status = new ForwarderStatus(RelayForwarder.Name, $"Bytes are copied by this process, because {obstacle}.");
        var relay = new RelayForwarder(status, time, loggers.CreateLogger<RelayForwarder>());
        return obstacle is null ? new NftablesForwarder(relay, time, loggers.CreateLogger<NftablesForwarder>()) : relay;
    }

    /// <summary>The second half of a sentence that begins with what is done instead; null where nothing is in the way.</summary>
    private static string? ObstacleToNftables()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "nftables exists on Linux only";
        }

        if (!HasNetAdmin(File.ReadLines("/proc/self/status")))
        {
            return "CAP_NET_ADMIN is missing";
        }

        if (NftProgram.Path is null)
        {
            return "the program nft is not installed (Debian package nftables)";
        }

        try
        {
            NftProgram.Run(NftablesScript.Probe);
            return null;
        }
        catch (NftablesException e)
        {
            return $"the kernel refused a table for trial ({e.Message})";
        }
    }

    internal static bool HasNetAdmin(IEnumerable<string> processStatus)
    {
        const string Effective = "CapEff:";
        var line = processStatus.FirstOrDefault(l => l.StartsWith(Effective, StringComparison.Ordinal));
        return line is not null
            && ulong.TryParse(line.AsSpan(Effective.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var capabilities)
            && (capabilities & (1UL << CapNetAdmin)) != 0;
    }
}
