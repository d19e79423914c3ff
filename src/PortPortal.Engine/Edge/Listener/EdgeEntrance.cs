using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Edge.Listener;

/// <summary>The first to see a connection: counts it, looks at its first byte, and sends it to TLS or to plain HTTP.</summary>
internal sealed partial class EdgeEntrance(IOptions<EdgeOptions> options, PublicAddress address, TimeProvider time, ILogger<EdgeEntrance> logger)
{
    private readonly int _maxConnections = options.Value.MaxConnections ?? DescriptorLimit.MaxConnections;
    private readonly TimeSpan _handshakeTimeout = options.Value.HandshakeTimeout;
    private int _open; // Interlocked
    private long _turnedAway; // Interlocked; since the last warning
    private long _warnedAt; // Interlocked; a timestamp of time

    /// <summary>Open connections of all kinds, those in a handshake and WebSockets included.</summary>
    public int OpenConnections => Volatile.Read(ref _open);

    public async Task AdmitAsync(ConnectionContext connection, ConnectionDelegate tls, ConnectionDelegate plain)
    {
        try
        {
            if (Interlocked.Increment(ref _open) > _maxConnections)
            {
                TurnAway(connection);
                return;
            }

            using var arrival = new Arrival(connection, _handshakeTimeout, time);
            if (await FirstByteAsync(connection.Transport.Input, arrival.Deadline) is not { } first)
            {
                return;
            }

            if (first != ClientHello.HandshakeRecord)
            {
                arrival.Dispose();
                connection.Features.Set(EdgeConnection.Plain(address));
                await plain(connection);
                return;
            }

            arrival.Hello = await ClientHello.ReadAsync(connection.Transport.Input, arrival.Deadline);
            if (arrival.Hello is { } hello)
            {
                connection.Features.Set(arrival);
                await EncryptAsync(connection, hello.Reader, tls);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // Gone, or too slow, before it said what it wants.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    /// <summary>The last step before HTTP: whoever gets here has arrived.</summary>
    public static ConnectionDelegate Arrived(ConnectionDelegate http) => connection =>
    {
        connection.Features.Get<Arrival>()?.Dispose();
        connection.Features.Set<Arrival>(null);
        return http(connection);
    };

    private static async Task EncryptAsync(ConnectionContext connection, PipeReader hello, ConnectionDelegate tls)
    {
        var transport = connection.Transport;
        if (!ReferenceEquals(hello, transport.Input))
        {
            connection.Transport = new JoinedTransport(hello, transport.Output);
        }

        try
        {
            await tls(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    }

    private static async ValueTask<byte?> FirstByteAsync(PipeReader input, CancellationToken cancellationToken)
    {
        var read = await input.ReadAsync(cancellationToken);
        byte? first = read.Buffer.IsEmpty ? null : read.Buffer.FirstSpan[0];
        input.AdvanceTo(read.Buffer.Start);
        return first;
    }

    private void TurnAway(ConnectionContext connection)
    {
        connection.Abort(new ConnectionAbortedException("Too many connections."));
        Interlocked.Increment(ref _turnedAway);
        var (now, last) = (time.GetTimestamp(), Interlocked.Read(ref _warnedAt));
        if ((last == 0 || time.GetElapsedTime(last, now) > TimeSpan.FromMinutes(1)) && Interlocked.CompareExchange(ref _warnedAt, now, last) == last)
        {
            Log.Full(logger, _maxConnections, Interlocked.Exchange(ref _turnedAway, 0));
        }
    }

    private sealed record JoinedTransport(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "All {Max} connections are in use (Edge:MaxConnections); turned away since the last such line: {Count}.")]
        public static partial void Full(ILogger logger, int max, long count);
    }
}
