using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace PortPortal.TestSupport;

/// <summary>What <see cref="EchoApp"/> answers.</summary>
internal static class EchoEndpoints
{
    private const string Page = """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><title>Echo</title></head>
        <body>
        <h1>Echo</h1>
        <p>Socket: <output id="socket">…</output></p>
        <p>Ticks: <output id="ticks">…</output></p>
        <script>
        const socket = new WebSocket(location.href.replace(/^http/, 'ws').replace(/\/[^/]*$/, '/ws'));
        socket.onopen = () => socket.send('hello');
        socket.onmessage = e => document.getElementById('socket').textContent = e.data;
        socket.onclose = () => document.getElementById('socket').textContent = 'closed';
        new EventSource('events').onmessage = e => document.getElementById('ticks').textContent = e.data;
        </script>
        </body>
        </html>
        """;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.Map("/", context => TextAsync(context, Page, "text/html; charset=utf-8"));
        app.Map("/echo", EchoAsync);
        app.Map("/ws", SocketAsync);
        app.Map("/events", EventsAsync);
        app.Map("/users", context => TextAsync(context, """{"users":[{"name":"Ada"},{"name":"Grace"}]}""", "application/json"));
        app.Map("/slow", async context =>
        {
            await Task.Delay(int.Parse(context.Request.Query["ms"]!, CultureInfo.InvariantCulture), context.RequestAborted);
            await TextAsync(context, "late");
        });
        app.Map("/hang", context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        app.Map("/drop", async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("half", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        });
        app.Map("/status/{code:int}", context =>
        {
            context.Response.StatusCode = int.Parse((string)context.GetRouteValue("code")!, CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
        app.Map("/bytes/{count:long}", BytesAsync);
        app.Map("/upload", UploadAsync);
        app.Map("/basic", BasicAsync);
        app.Map("/cookies", context =>
        {
            context.Response.Headers.SetCookie = new(["theme=dark; Path=/", "sid=abc123; Path=/; HttpOnly"]);
            return TextAsync(context, string.Join('\n', context.Request.Headers.Cookie.ToArray()));
        });
        app.Map("/redirect", context =>
        {
            context.Response.Redirect(context.Request.Query["to"]!);
            return Task.CompletedTask;
        });
    }

    private static Task TextAsync(HttpContext context, string text, string type = "text/plain; charset=utf-8")
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = Encoding.UTF8.GetByteCount(text);
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var head = context.Features.Get<RecordedHead>()!.ToString();
        await context.Response.Body.WriteAsync(Encoding.Latin1.GetBytes(head + "\r\n\r\n"), context.RequestAborted);
        await context.Response.Body.WriteAsync(body.ToArray(), context.RequestAborted);
    }

    private static async Task SocketAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure, socket.CloseStatusDescription, context.RequestAborted);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        }
    }

    private static async Task EventsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        for (var tick = 1; ; tick++)
        {
            await context.Response.WriteAsync($"data: {tick}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(TimeSpan.FromMilliseconds(100), context.RequestAborted);
        }
    }

    private static async Task BytesAsync(HttpContext context)
    {
        var left = long.Parse((string)context.GetRouteValue("count")!, CultureInfo.InvariantCulture);
        context.Response.ContentLength = left;
        for (var chunk = new byte[64 * 1024]; left > 0; left -= Math.Min(left, chunk.Length))
        {
            await context.Response.Body.WriteAsync(chunk.AsMemory(0, (int)Math.Min(left, chunk.Length)), context.RequestAborted);
        }
    }

    private static async Task UploadAsync(HttpContext context)
    {
        var buffer = new byte[64 * 1024];
        var total = 0L;
        for (int count; (count = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0; total += count)
        {
        }

        await TextAsync(context, total.ToString(CultureInfo.InvariantCulture));
    }

    private static Task BasicAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization == "Basic " + Convert.ToBase64String("app:secret"u8))
        {
            return TextAsync(context, "welcome");
        }

        context.Response.StatusCode = 401;
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"app\"";
        return Task.CompletedTask;
    }
}
