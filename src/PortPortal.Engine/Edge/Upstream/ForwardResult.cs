namespace PortPortal.Engine.Edge.Upstream;

/// <summary>How one forwarded exchange ended.</summary>
/// <param name="ResponseStarted">True when the visitor has the app's status line: no page of ours can be sent any more, and a failure has already torn the response off.</param>
/// <param name="Detail">For the log: what happened in technical words, never a byte of the exchange.</param>
internal readonly record struct ForwardResult(ForwardOutcome Outcome, bool ResponseStarted, string? Detail = null)
{
    /// <summary>The app's answer reached the visitor whole, whatever its status.</summary>
    public bool Succeeded => Outcome is ForwardOutcome.Completed or ForwardOutcome.Upgraded;
}

/// <summary>One word for each place where an exchange can end.</summary>
internal enum ForwardOutcome
{
    /// <summary>The whole response was passed on.</summary>
    Completed,

    /// <summary>A WebSocket was opened, and one side has closed it.</summary>
    Upgraded,

    /// <summary>The request cannot be forwarded as it stands: target, method or upgrade. Nothing was dialled.</summary>
    RequestRefused,

    /// <summary>The request has passed through this edge before, again and again.</summary>
    LoopDetected,

    /// <summary><see cref="UpstreamServer.MayDial"/> said no.</summary>
    AddressRefused,

    /// <summary>The address is there and nothing listens on the port.</summary>
    NotListening,

    /// <summary>No route, host or network down, no local port left.</summary>
    Unreachable,

    ConnectTimeout,

    /// <summary>The app is connected and does not speak TLS although it should.</summary>
    TlsFailed,

    /// <summary>The app took the request and sent no response headers in time.</summary>
    HeaderTimeout,

    /// <summary>Nothing moved for <see cref="UpstreamServer.IdleTimeout"/> after the response headers.</summary>
    IdleTimeout,

    /// <summary>The app closed or reset the connection in mid-exchange.</summary>
    UpstreamBroke,

    /// <summary>The app answered with something that is not HTTP, or too much of it.</summary>
    UpstreamProtocolError,

    /// <summary>The visitor's request body is malformed, too slow or too large.</summary>
    RequestBodyFailed,

    /// <summary>The visitor went away.</summary>
    ClientAborted,

    /// <summary>The permission ended: the caller's token was cancelled.</summary>
    Cut,
}
