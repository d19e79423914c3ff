using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Forwarding.Nftables;
using PortPortal.Engine.Forwarding.Relay;

namespace PortPortal.Engine.Forwarding;

/// <summary>Picks the best driver this process may use here, once at start, and says why.</summary>
internal static class ForwarderSelection
{
    private const int CapNetAdmin = 12;

    /// <exception cref="OptionsValidationException">nftables is demanded by the settings and cannot be had.</exception>
    public static IPortForwarder Create(ForwardingOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        NftAnchor? anchor = null;
        var obstacle = options.Driver == ForwardingDriver.Relay
            ? $"the setting {ForwardingOptions.Section}:Driver says so"
            : ObstacleToNftables() ?? TryTakeTable(loggers, out anchor);
        if (obstacle is not null && options.Driver == ForwardingDriver.Nftables)
        {
            string[] failures = [$"{ForwardingOptions.Section}:Driver is Nftables, but {obstacle}. It takes Auto, Nftables or Relay."];
            throw new OptionsValidationException(ForwardingOptions.Section, typeof(ForwardingOptions), failures);
        }

        var status = new ForwarderStatus(RelayForwarder.Name, $"Bytes are copied by this process, because {obstacle}.");
        var relay = new RelayForwarder(status, time, loggers.CreateLogger<RelayForwarder>());
        return anchor is null ? relay : new NftablesForwarder(relay, anchor, time, loggers.CreateLogger<NftablesForwarder>());
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

    /// <summary>The table is one for the whole machine, or network namespace, and two processes that mend it would fight for ever.</summary>
    private static string? TryTakeTable(ILoggerFactory loggers, out NftAnchor? anchor)
    {
        anchor = NftAnchor.TryDrop(loggers.CreateLogger<NftAnchor>());
        return anchor is null ? "another PortPortal that runs on this machine has its nftables table" : null;
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
