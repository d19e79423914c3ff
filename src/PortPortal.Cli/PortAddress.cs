using System.Globalization;

namespace PortPortal.Cli;

/// <summary>A port of a session as it is typed: <c>my-app:3000</c>, <c>my-app:web</c>, <c>3000</c>.</summary>
/// <param name="Session">By name or id.</param>
/// <param name="Port">Null where an endpoint is named.</param>
/// <param name="Endpoint">Null where a port is given.</param>
internal sealed record PortAddress(string Session, int? Port, string? Endpoint)
{
    private const string ThisMachine = "this-machine";

    public static bool TryParse(string text, out PortAddress address)
    {
        var colon = text.LastIndexOf(':');
        var (session, last) = colon < 0 ? (ThisMachine, text) : (RunId.ToSession(text[..colon]), text[(colon + 1)..]);
        var isNumber = last.Length > 0 && last.All(char.IsAsciiDigit);
        var port = int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 65535 ? number : (int?)null;
        address = new(session, port, isNumber ? null : last);
        return session.Length > 0 && last.Length > 0 && (isNumber ? port is not null : colon >= 0);
    }

    public override string ToString() => $"{Session}:{Port?.ToString(CultureInfo.InvariantCulture) ?? Endpoint}";
}
