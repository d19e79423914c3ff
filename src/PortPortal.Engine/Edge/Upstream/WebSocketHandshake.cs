using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>What makes a request a WebSocket, over HTTP/1.1 (RFC 6455) and HTTP/2 (RFC 8441), and an answer its acceptance.</summary>
internal static class WebSocketHandshake
{
    /// <summary>True for a request that asks for a WebSocket; no other protocol is ever switched to.</summary>
    public static bool IsRequested(HttpContext context) => context.Request.Method switch
    {
        "GET" => context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } && HopByHop.HasToken(context.Request.Headers.Upgrade, "websocket"),
        "CONNECT" => context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" },
        _ => false,
    };

    /// <summary>The visitor's own key, or a new one where HTTP/2 needs none.</summary>
    public static string KeyOf(HttpRequest request) =>
        request.Headers.SecWebSocketKey is [{ Length: > 0 } key] ? key : Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));

    /// <summary>True where the app proves that it understood the handshake made with <paramref name="key"/>.</summary>
    public static bool IsAccepted(string key, string? accept)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 6455 section 4.2.2 asks for SHA-1; nothing secret depends on it.
        SHA1.HashData(Encoding.Latin1.GetBytes($"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11"), hash);
#pragma warning restore CA5350
        return accept?.Trim() == Convert.ToBase64String(hash);
    }

    /// <summary>Accepts towards the visitor; the app's own headers are on the response already.</summary>
    public static async ValueTask<Stream> AcceptAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            // An idle WebSocket is slower than any minimum rate.
            if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            {
                rate.MinDataRate = null;
            }

            context.Response.Headers.Remove("Sec-WebSocket-Accept");
            context.Response.StatusCode = StatusCodes.Status200OK;
            return await connect.AcceptAsync();
        }

        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.Connection = "Upgrade";
        return await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }
}
