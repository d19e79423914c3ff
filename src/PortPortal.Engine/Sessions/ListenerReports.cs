using System.Collections.Concurrent;
using System.Net;
using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Engine.Sessions;

/// <summary>What agents inside sessions say is listening there; sessions without one are probed from outside.</summary>
internal sealed class ListenerReports(SessionService sessions, SessionFeed feed, TimeProvider time)
{
    /// <summary>An agent that falls silent for so long is believed no more, and the ports are probed.</summary>
    public static readonly TimeSpan Believed = TimeSpan.FromMinutes(5);

    public const int Most = 1024;
    private const int MaxProcess = 64;
    private const int Ssh = 22;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _reportedAt = new(StringComparer.Ordinal);

    /// <summary>Replaces all that was reported before.</summary>
    /// <param name="faults">What reading the request has found already; the rules add theirs.</param>
    public Outcome<SessionStatus> Report(string idOrName, IReadOnlyList<ReportedListener> listeners, Actor actor, Faults faults)
    {
        var found = sessions.FindToChange(idOrName, actor);
        if (!found.Succeeded)
        {
            return found;
        }

        Check(listeners, faults);
        if (faults.Count > 0)
        {
            return faults;
        }

        if (found.Value is not { Kind: SessionKind.Registered, State: SessionState.Running, Address: { } address })
        {
            return new Refusal(409, RefusalCodes.SessionNotRunning, "Only a registered session that is running has its listeners reported; those of this machine and of containers are looked at from here.");
        }

        var seen = listeners.GroupBy(listener => listener.Port).Select(port => Merge([.. port], address)).OrderBy(listener => listener.Port).ToValueList();
        _reportedAt[found.Value.Id] = time.GetUtcNow();
        feed.Update(found.Value.Id, session => session with { Listening = seen });
        return feed.Find(found.Value.Id) ?? found.Value;
    }

    /// <summary>True while an agent speaks for the session.</summary>
    public bool IsFresh(string sessionId)
    {
        if (!_reportedAt.TryGetValue(sessionId, out var at))
        {
            return false;
        }

        if (time.GetUtcNow() - at < Believed)
        {
            return true;
        }

        _reportedAt.TryRemove(KeyValuePair.Create(sessionId, at));
        return false;
    }

    private static void Check(IReadOnlyList<ReportedListener> listeners, Faults faults)
    {
        if (listeners.Count > Most)
        {
            faults.Add(Refusal.Invalid("listeners", $"listeners takes at most {Most} entries."));
        }

        foreach (var (i, listener) in listeners.Take(Most).Index())
        {
            if (listener.Port is < 1 or > 65535)
            {
                faults.Add(Refusal.Invalid($"listeners[{i}].port", $"listeners[{i}].port is invalid: a port is a whole number from 1 to 65535.", RefusalCodes.InvalidPort));
            }

            if (listener.Address is { } address && IpLiteral.Parse(address) is null)
            {
                faults.Add(Refusal.Invalid($"listeners[{i}].address", $"listeners[{i}].address is an IP address: {IpLiteral.Rule}.", RefusalCodes.InvalidAddress));
            }
        }
    }

    /// <summary>A port that listens on several addresses is one line, and reachable if one of them is.</summary>
    private static ListeningPort Merge(IReadOnlyList<ReportedListener> sockets, IPAddress sessionAddress)
    {
        var first = sockets[0];
        var process = ForeignText.Clean(first.Process ?? "", MaxProcess);
        var guess = GuessTable.ByWord.GetValueOrDefault(process) ?? GuessTable.ByPort.GetValueOrDefault(first.Port);
        return new()
        {
            Port = first.Port,
            DialAddress = sessionAddress,
            Process = process.Length > 0 ? process : null,
            ProcessId = first.ProcessId,
            Guess = guess?.Name,
            Kind = guess?.Kind ?? ListenerKind.Unknown,
            Hidden = first.Port == Ssh,
            OnlyInside = !IPAddress.IsLoopback(sessionAddress) && sockets.All(socket => socket.Address is { } address && IPAddress.IsLoopback(IpLiteral.Parse(address)!)),
        };
    }
}
