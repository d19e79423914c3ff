using System.Globalization;
using System.Runtime.InteropServices;

namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>Ports from the first to the last, both included.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PortRange(int First, int Last)
{
    /// <summary>What Linux does where nobody changed it.</summary>
    public static readonly PortRange LinuxEphemeral = new(32768, 60999);

    public bool Contains(int port) => port >= First && port <= Last;

    /// <summary>The range the calling thread's network namespace draws unchosen ports from (ip(7), ip_local_port_range).</summary>
    public static PortRange ReadEphemeral()
    {
        try
        {
            return Parse(File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return LinuxEphemeral;
        }
    }

    internal static PortRange Parse(string text)
    {
        var numbers = text.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return numbers.Length == 2
            && int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? new(first, last)
            : LinuxEphemeral;
    }
}
