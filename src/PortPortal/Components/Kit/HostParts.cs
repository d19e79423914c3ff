using System.Globalization;

namespace PortPortal.Components.Kit;

/// <summary>An address cut where it may be shortened: what stands before the port, the port, the rest of that label, the domain.</summary>
internal sealed record HostParts(string Before, string Port, string Middle, string Tail)
{
    public static HostParts Of(Uri url, int? port)
    {
        var dot = url.Authority.IndexOf('.', StringComparison.Ordinal);
        var (label, tail) = dot < 0 ? (url.Authority, "") : (url.Authority[..dot], url.Authority[dot..]);
        var number = port?.ToString(CultureInfo.InvariantCulture);
        if (number is null)
        {
            return new("", "", label, tail);
        }

        if (label.StartsWith($"{number}-", StringComparison.Ordinal))
        {
            return new("", number, label[number.Length..], tail);
        }

        return label.EndsWith($"-{number}", StringComparison.Ordinal)
            ? new(label[..^number.Length], number, "", tail)
            : new("", "", label, tail);
    }
}
