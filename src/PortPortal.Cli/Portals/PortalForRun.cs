using System.Net;
using System.Net.Sockets;
using PortPortal.Cli.Login;
using PortPortal.Sdk;

namespace PortPortal.Cli.Portals;

/// <summary>The portal that a run with ports needs: one is started where none runs, and stopped with the last session that has ports.</summary>
internal static class PortalForRun
{
    public static async Task StartIfNoneAsync(Surroundings surroundings, CancellationToken cancellationToken)
    {
        if (surroundings.Variable("PORTPORTAL_URL") is not null || PrivateFile.Read<SignedIn>(surroundings.LoginFile) is not null)
        {
            return;
        }

        var port = SignedIn.LocalPort(surroundings);
        if (OwnPortal.Find(surroundings) is { } running)
        {
            if (running.Port != port && SignedIn.PortVariable(surroundings) is not null)
            {
                throw new Failure(ExitCodes.WrongUse, $"The portal runs on port {running.Port}, not {port}: unset PORTPORTAL_PROXY_PORT, or portportal proxy stop.");
            }
        }
        else if (PortalStart.FindProgram(surroundings) is not null && !await ListensAsync(port, cancellationToken))
        {
            await PortalStart.StartAsync(surroundings, port, stays: false, cancellationToken);
        }
    }

    public static async Task StopIfLastAsync(PortPortalClient client, Surroundings surroundings, CancellationToken cancellationToken)
    {
        if (OwnPortal.Find(surroundings) is { Stays: false } own
            && !(await client.ListSessionsAsync(SessionStates.Running, cancellationToken)).Any(session => session.ExposedPorts.Count > 0))
        {
            await PortalStop.StopAsync(own, surroundings, cancellationToken);
        }
    }

    private static async Task<bool> ListensAsync(int port, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
