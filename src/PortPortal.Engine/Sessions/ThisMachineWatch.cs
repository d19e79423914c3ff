using Microsoft.Extensions.Hosting;
using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Engine.Sessions;

/// <summary>Carries what listens on this machine into its session; PortPortal's own ports are no part of it.</summary>
internal sealed class ThisMachineWatch(ListenerWatch watch, SessionFeed feed) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var sight in watch.SightsAsync(stoppingToken))
        {
            var listening = sight.Where(listener => listener.Hidden != HiddenReason.Own).Select(ToListeningPort).ToValueList();
            feed.Update(Session.ThisMachineId, session => session with { Listening = listening });
        }
    }

    private static ListeningPort ToListeningPort(DetectedListener listener) => new()
    {
        Port = listener.Port,
        DialAddress = listener.Address.DialOrder.First(),
        Process = listener.Process?.Name,
        ProcessId = listener.Process?.Pid,
        Project = listener.Process?.Project,
        Guess = listener.Guess?.Name,
        Kind = listener.Kind,
        Hidden = listener.Hidden != HiddenReason.None,
    };
}
