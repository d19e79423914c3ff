namespace PortPortal.Sdk;

/// <summary>Turns the status feed into openings and closings, those that happened while the connection was cut included.</summary>
internal sealed class PortLedger(TimeProvider time)
{
    private readonly Dictionary<(string Session, int Port), ExposedPortInfo> _open = [];
    private bool _begun;

    public IEnumerable<PortEvent> Take(StatusEvent message)
    {
        var wasOpen = message.Reset ? [.. _open.Keys] : new List<(string, int)>();
        var gone = wasOpen.Except(message.Ports.Select(KeyOf)).Concat(message.Closed.Select(closed => (closed.SessionId, closed.Port)));
        var closed = gone.Select(key => _open.Remove(key, out var port) ? Happened("port.closed", port) : null).OfType<PortEvent>().ToList();
        var opened = message.Ports.Where(port => !_open.ContainsKey(KeyOf(port))).ToList();
        foreach (var port in message.Ports)
        {
            _open[KeyOf(port)] = port;
        }

        // What was open before the reading began is no news.
        var news = _begun ? opened.Select(port => Happened("port.exposed", port)) : [];
        _begun = true;
        return [.. closed, .. news];
    }

    private static (string, int) KeyOf(ExposedPortInfo port) => (port.SessionId, port.Port);

    private PortEvent Happened(string what, ExposedPortInfo port) =>
        new() { Event = what, Timestamp = time.GetUtcNow(), SessionId = port.SessionId, Port = port.Port, Url = port.Url };
}
