using System.Net.Sockets;

namespace PortPortal.Engine.Edge.Listener;

/// <summary>Says in one sentence why the edge could not listen.</summary>
internal static class ListenFailure
{
    /// <returns>Null where <paramref name="exception"/> is about something else.</returns>
    public static string? Explain(Exception exception, EdgeOptions options)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket && Explain(socket.SocketErrorCode, options) is { } sentence)
            {
                return sentence;
            }
        }

        return null;
    }

    private static string? Explain(SocketError error, EdgeOptions options) => error switch
    {
        SocketError.AddressAlreadyInUse => $"Port {options.Port} on {options.Bind} is taken by another program; stop that one, or choose another port with --port (Edge:Port).",
        SocketError.AddressNotAvailable => $"This machine does not have the address {options.Bind}; --bind (Edge:Bind) takes 'loopback', 'any', or an address of its own.",
        SocketError.AccessDenied => $"This user may not listen on port {options.Port}; choose one above 1023 with --port (Edge:Port), or grant CAP_NET_BIND_SERVICE.",
        _ => null,
    };
}
