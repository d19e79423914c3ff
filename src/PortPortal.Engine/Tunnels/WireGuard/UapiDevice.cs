using System.Net.Sockets;
using System.Text;

namespace PortPortal.Engine.Tunnels.WireGuard;

/// <summary>An interface made by <c>wireguard-go</c>, spoken to by its control socket.</summary>
/// <param name="socketPath">Root's alone, where the program put it.</param>
/// <param name="program">The process, where this one started it.</param>
internal sealed class UapiDevice(string socketPath, IDisposable? program = null) : IWireGuardDevice
{
    public const string Folder = "/var/run/wireguard";
    private const int MaxAnswer = 16 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public string Name => WireGuardGo.Program;

    public static string SocketOf(string device) => $"{Folder}/{device}.sock";

    public async Task<WireGuardStatus> ReadAsync(CancellationToken cancellationToken) => UapiText.Parse(await AskAsync("get=1\n\n", cancellationToken), ownKey: null);

    public async Task ConfigureAsync(WireGuardPlan plan, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(cancellationToken);
        _ = UapiText.Parse(await AskAsync(UapiText.Set(plan, found), cancellationToken), plan.Identity.PublicKey);
    }

    public async Task RenewAsync(WireGuardPeer peer, CancellationToken cancellationToken) =>
        _ = UapiText.Parse(await AskAsync(UapiText.Renew(peer), cancellationToken), ownKey: null);

    public void Dispose() => program?.Dispose();

    /// <summary>One question on a connection of its own; the answer ends with an empty line.</summary>
    private async Task<string> AskAsync(string question, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), deadline.Token);
            await socket.SendAsync(Encoding.ASCII.GetBytes(question), deadline.Token);
            var answer = new StringBuilder();
            var buffer = new byte[16 * 1024];
            while (answer.Length < MaxAnswer && !EndsBlank(answer) && await socket.ReceiveAsync(buffer, deadline.Token) is > 0 and var count)
            {
                answer.Append(Encoding.ASCII.GetString(buffer, 0, count));
            }

            return answer.ToString();
        }
        catch (SocketException exception)
        {
            throw new TunnelException($"the tunnel's program does not answer ({exception.SocketErrorCode})");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TunnelException($"the tunnel's program did not answer within {Patience.TotalSeconds} s");
        }
    }

    private static bool EndsBlank(StringBuilder answer) => answer.Length >= 2 && answer[^1] == '\n' && answer[^2] == '\n';
}
