using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>Lets the address of whoever passed the gate of a session's web port use that session's forwards, for an hour unless the settings say otherwise.</summary>
internal sealed partial class PortForwardKnocks(
    GatePassages gates, PortForwardFeed feed, IPortForwarder forwarder, NodeLinks nodes, IOptions<ForwardingOptions> options, TimeProvider time, ILogger<PortForwardKnocks> logger) : IHostedService
{
    private readonly TimeSpan _goodFor = options.Value.KnockLifetime;

    /// <summary>Further visits lengthen it, but not each request asks the kernel.</summary>
    private readonly TimeSpan _renewal = options.Value.KnockLifetime / 12;

    private readonly ConcurrentDictionary<Knock, long> _asked = new();
    private volatile FrozenDictionary<string, (string NodeId, uint Mark)[]> _marks = FrozenDictionary<string, (string NodeId, uint Mark)[]>.Empty; // by session; swapped under the feed's lock
    private HashSet<string> _indexed = []; // the ids in _marks; touched under the feed's lock

    public Task StartAsync(CancellationToken cancellationToken)
    {
        feed.Publishing += Index;
        gates.Passed += OnPassed;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        gates.Passed -= OnPassed;
        feed.Publishing -= Index;
        return Task.CompletedTask;
    }

    /// <summary>What a request may ask without cost: which forwards of its session wait for a knock.</summary>
    private void Index(FeedBatch<PortForwardStatus> batch)
    {
        if (!batch.Upserts.Any(forward => forward.Knock || _indexed.Contains(forward.Id)) && !batch.Removals.Any(_indexed.Contains))
        {
            return;
        }

        var waiting = feed.Items.Values.Where(forward => forward is { Knock: true, State: ExposureState.Active }).ToList();
        _indexed = waiting.Select(forward => forward.Id).ToHashSet(StringComparer.Ordinal);
        _marks = waiting
            .GroupBy(forward => forward.SessionId, forward => (forward.NodeId, forward.Mark), StringComparer.Ordinal)
            .ToFrozenDictionary(marks => marks.Key, marks => marks.ToArray(), StringComparer.Ordinal);

        // What is not in force has forgotten its visitors, and is asked again when it comes back.
        var open = _marks.Values.SelectMany(marks => marks).ToHashSet();
        foreach (var (knock, at) in _asked)
        {
            if (!open.Contains((knock.NodeId, knock.Mark)) || time.GetElapsedTime(at) > _goodFor)
            {
                _asked.TryRemove(knock, out _);
            }
        }
    }

    private void OnPassed(string sessionId, IPAddress visitor)
    {
        foreach (var (nodeId, mark) in _marks.GetValueOrDefault(sessionId) ?? [])
        {
            var knock = new Knock(nodeId, mark, visitor);
            if (!_asked.TryGetValue(knock, out var at) || time.GetElapsedTime(at) > _renewal)
            {
                _asked[knock] = time.GetTimestamp();
                _ = Task.Run(() => AdmitAsync(knock));
            }
        }
    }

    private async Task AdmitAsync(Knock knock)
    {
        try
        {
            var isAdmitted = knock.NodeId == LocalNode.Id
                ? await forwarder.AdmitAsync(knock.Mark, knock.Visitor, _goodFor, CancellationToken.None)
                : await nodes.AdmitAsync(knock.NodeId, knock.Mark, knock.Visitor, _goodFor, CancellationToken.None);
            if (isAdmitted)
            {
                return;
            }
        }
        catch (Exception exception)
        {
            // The visitor's next request asks again.
            Log.NotAdmitted(logger, exception);
        }

        _asked.TryRemove(knock, out _);
    }

    private sealed record Knock(string NodeId, uint Mark, IPAddress Visitor);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A visitor who passed the gate could not be let through to a port forward.")]
        public static partial void NotAdmitted(ILogger logger, Exception exception);
    }
}
