using System.Diagnostics;
using System.Net;
using System.Text.Json;
using PortPortal.Engine.Forwarding;

namespace PortPortal.ForwarderHost;

/// <summary>Turns one line of JSON into a call of the forwarder, and what it returns into another.</summary>
internal sealed class ForwarderAnswers
{
    private readonly IPortForwarder _forwarder;
    private int _disturbances;

    public ForwarderAnswers(IPortForwarder forwarder)
    {
        _forwarder = forwarder;
        forwarder.Disturbed += () => Interlocked.Increment(ref _disturbances);
    }

    public async Task<string> ToAsync(string line)
    {
        var request = JsonSerializer.Deserialize<ForwarderRequest>(line)!;
        var plan = new ForwardPlan(request.Plan.Select(item => item.ToForward()));
        var (started, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        object? answer = request.Call switch
        {
            ForwarderCall.Apply => await _forwarder.ApplyAsync(plan, CancellationToken.None),
            ForwarderCall.Change => await _forwarder.ChangeAsync(new(plan, request.Closed), CancellationToken.None),
            ForwarderCall.Inspect => await _forwarder.InspectAsync(CancellationToken.None),
            ForwarderCall.Traffic => await _forwarder.ReadTrafficAsync(CancellationToken.None),
            ForwarderCall.Admit => await _forwarder.AdmitAsync(request.Mark, IPAddress.Parse(request.Visitor!), TimeSpan.FromSeconds(request.Seconds), CancellationToken.None),
            ForwarderCall.Disturbances => Volatile.Read(ref _disturbances),
            ForwarderCall.Memory => GC.GetTotalMemory(forceFullCollection: true),
            _ => _forwarder.Status,
        };
        var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        var cpu = (Environment.CpuUsage.TotalTime - used).TotalMilliseconds;
        return JsonSerializer.Serialize(new ForwarderAnswer(took, cpu, JsonSerializer.Serialize(answer, answer?.GetType() ?? typeof(object))));
    }
}
