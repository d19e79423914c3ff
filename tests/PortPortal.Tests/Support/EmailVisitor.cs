using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.RegularExpressions;
using PortPortal.Engine.Mail;

namespace PortPortal.Tests.Support;

/// <summary>Somebody with a mailbox, at a port that asks for an address: types it, reads the code in the portal's outbox, and is in.</summary>
internal sealed partial class EmailVisitor(PortalApp portal, Uri page)
{
    private readonly CookieContainer _cookies = new();

    public async Task EnterAsync(string email)
    {
        using var client = portal.Http.NewClient(_cookies);
        using var asked = await PostAsync(client, "/.portportal/email", new("email", email));
        var outbox = portal.Get<Outbox>();
        var code = Code().Match(outbox.Items.Values.Where(mail => mail.To.ToString() == email).MaxBy(mail => mail.At)!.Text).Value;
        using var entered = await PostAsync(client, "/.portportal/code", new("code", code));
        Assert.Equal(HttpStatusCode.SeeOther, entered.StatusCode);
    }

    public async Task<HttpStatusCode> StatusAsync()
    {
        using var client = portal.Http.NewClient(_cookies);
        using var answer = await client.GetAsync(page);
        return answer.StatusCode;
    }

    /// <summary>An open WebSocket of the echo app, its greeting read.</summary>
    public async Task<ClientWebSocket> OpenSocketAsync(CancellationToken cancellationToken)
    {
        var socket = await portal.Http.OpenSocketAsync(new UriBuilder(page) { Scheme = "wss", Path = "/ws" }.Uri, cancellationToken, _cookies.GetCookieHeader(page));
        await EchoesAsync(socket, cancellationToken);
        return socket;
    }

    public static async Task EchoesAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[100];
        await socket.SendAsync("still here"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        while (!Encoding.UTF8.GetString(buffer, 0, (await socket.ReceiveAsync(buffer, cancellationToken)).Count).Contains("still here", StringComparison.Ordinal))
        {
            // The greeting comes first.
        }
    }

    private Task<HttpResponseMessage> PostAsync(HttpClient client, string path, KeyValuePair<string, string> field)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(page, path)) { Content = new FormUrlEncodedContent([field]) };
        request.Headers.Add("Origin", page.GetLeftPart(UriPartial.Authority));
        return client.SendAsync(request);
    }

    [GeneratedRegex("[0-9]{6}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Code();
}
