using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using PortPortal.Cli.Login;
using PortPortal.Sdk;

namespace PortPortal.Cli.Diagnosis;

/// <summary>One thing that was looked at.</summary>
internal sealed record Finding(string Subject, bool Good, string Detail);

/// <summary>Follows a call to the portal: address, name, port, certificate, key; stops where going on makes no sense.</summary>
internal static class Doctor
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async IAsyncEnumerable<Finding> ExamineAsync(Surroundings surroundings, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // 1 where to
        var kept = PrivateFile.Read<SignedIn>(surroundings.LoginFile);
        var url = SignedIn.AddressOf(surroundings, kept);
        yield return new("portal", true, $"{url}{(kept?.Url == url ? ", from portportal login" : "")}");

        // 2 its name
        var name = await NameAsync(url, cancellationToken);
        yield return name;

        // 3 its port
        var port = await PortAsync(url, cancellationToken);
        yield return port;
        if (!port.Good)
        {
            yield break;
        }

        // 4 certificate and key
        if (KeyOf(surroundings) is not { } signedIn)
        {
            yield return new("key", false, $"there is none for {url}: run portportal login, or set PORTPORTAL_API_KEY");
            yield break;
        }

        using var client = signedIn.NewClient();
        yield return await AnswerAsync(client, signedIn, cancellationToken);
    }

    private static async Task<Finding> NameAsync(Uri url, CancellationToken cancellationToken)
    {
        try
        {
            var found = await Dns.GetHostAddressesAsync(url.Host, cancellationToken);
            return new("name", true, $"{url.Host} is {string.Join(", ", found.Select(address => address.ToString()))}");
        }
        catch (SocketException)
        {
            return url.Host.EndsWith(".localhost", StringComparison.Ordinal)
                ? new("name", true, $"{url.Host} is this machine; other tools here may need --resolve or an entry in /etc/hosts")
                : new("name", false, $"nobody knows {url.Host}: it needs a DNS entry");
        }
    }

    private static async Task<Finding> PortAsync(Uri url, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            await socket.ConnectAsync(url.Host.EndsWith(".localhost", StringComparison.Ordinal) ? "localhost" : url.Host, url.Port, deadline.Token);
            return new("port", true, $"{url.Port} answers");
        }
        catch (SocketException exception)
        {
            return new("port", false, $"nothing answers on {url.Port} ({exception.SocketErrorCode}): is PortPortal running, and on this port?");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new("port", false, $"nothing answers on {url.Port} within {Patience.TotalSeconds:0} s: is a firewall in between?");
        }
    }

    private static SignedIn? KeyOf(Surroundings surroundings)
    {
        try
        {
            return SignedIn.Find(surroundings);
        }
        catch (Failure)
        {
            return null;
        }
    }

    private static async Task<Finding> AnswerAsync(PortPortalClient client, SignedIn signedIn, CancellationToken cancellationToken)
    {
        try
        {
            var sessions = await client.ListSessionsAsync(cancellationToken: cancellationToken);
            return new("key", true, $"known, and sees {sessions.Count(session => session.State != SessionStates.Terminated)} sessions; certificate trusted by {signedIn.AuthorityFile ?? "the system"}");
        }
        catch (Exception exception) when (Failure.Of(exception) is { } failure)
        {
            return new(exception is PortPortalException ? "key" : "certificate", false, failure.Message);
        }
    }
}
