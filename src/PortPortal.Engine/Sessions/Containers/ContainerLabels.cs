using System.Globalization;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Sessions.Containers;

/// <summary>What a container's labels ask of PortPortal, and what is wrong with them, all at once.</summary>
/// <param name="Name">The session's name, from <c>portportal.name</c>.</param>
/// <param name="Expose">From <c>portportal.expose</c>.</param>
/// <param name="Owner">The e-mail address of whose it is, from <c>portportal.owner</c>.</param>
/// <param name="Faults">One sentence each, naming the label and what it takes.</param>
internal sealed record ContainerLabels(string? Name, ValueList<DeclaredPort> Expose, ValueList<string> Faults, string? Owner = null)
{
    public const string NameLabel = "portportal.name";
    public const string ExposeLabel = "portportal.expose";
    public const string OwnerLabel = "portportal.owner";
    public static readonly ContainerLabels None = new(null, [], []);

    private const int MaxPorts = 64;

    /// <summary>True where somebody labelled the container for PortPortal, rightly or wrongly.</summary>
    public bool ArePresent => Name is not null || Owner is not null || Expose.Count > 0 || Faults.Count > 0;

    public static ContainerLabels Read(IReadOnlyDictionary<string, string>? labels)
    {
        var faults = new List<string>();
        var name = labels?.GetValueOrDefault(NameLabel)?.Trim();
        if (name is not null && !DnsLabel.IsWellFormed(name))
        {
            faults.Add($"Label {NameLabel} is “{ForeignText.Clean(name, DnsLabel.MaxLength)}”; it {DnsLabel.Rule}.");
            name = null;
        }

        var ports = ReadPorts(labels?.GetValueOrDefault(ExposeLabel) ?? "", faults);
        var owner = ReadOwner(labels?.GetValueOrDefault(OwnerLabel), faults);
        return new(name, ports.ToValueList(), faults.ToValueList(), owner);
    }

    private static string? ReadOwner(string? text, List<string> faults)
    {
        if (text is null)
        {
            return null;
        }

        if (EmailAddress.TryParse(text.Trim(), out var address))
        {
            return address.ToString();
        }

        faults.Add($"Label {OwnerLabel} is “{ForeignText.Clean(text, 64)}”; it takes the e-mail address of an account.");
        return null;
    }

    private static List<DeclaredPort> ReadPorts(string text, List<string> faults)
    {
        var ports = new List<DeclaredPort>();
        var entries = text.Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries);
        foreach (var entry in entries.Take(MaxPorts))
        {
            if (ReadPort(entry) is not { } port)
            {
                faults.Add($"Label {ExposeLabel} holds “{ForeignText.Clean(entry, 64)}”; it takes port:name:access with name and access optional, such as 3000:web:sso, several with commas.");
            }
            else if (ports.Exists(other => other.Port == port.Port || (port.Name is not null && other.Name == port.Name)))
            {
                faults.Add($"Label {ExposeLabel} names port {port.Port} or its name twice.");
            }
            else
            {
                ports.Add(port);
            }
        }

        if (entries.Length > MaxPorts)
        {
            faults.Add($"Label {ExposeLabel} names {entries.Length} ports; {MaxPorts} are the most.");
        }

        return ports;
    }

    private static DeclaredPort? ReadPort(string entry)
    {
        var parts = entry.Split(':');
        var name = parts.Length > 1 && parts[1].Length > 0 ? parts[1] : null;
        var access = parts.Length > 2 && parts[2].Length > 0 ? parts[2] : null;
        return parts.Length <= 3
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
            && (name is null || DnsLabel.IsWellFormed(name))
            && (access is null || access.All(char.IsAsciiLetterLower))
                ? new(port, name, access)
                : null;
    }
}

/// <summary>One port a label asks to have exposed; whether the access mode exists is for the exposures to say.</summary>
internal sealed record DeclaredPort(int Port, string? Name, string? Access);
