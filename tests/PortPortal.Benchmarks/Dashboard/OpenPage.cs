using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.RegularExpressions;

namespace PortPortal.Benchmarks.Dashboard;

/// <summary>One open page of the portal without a browser: its HTML, its circuit, and an answer to each render batch, as blazor.web.js gives it.</summary>
internal sealed partial class OpenPage : IAsyncDisposable
{
    private readonly ClientWebSocket _socket;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (byte[] Text, TaskCompletionSource<long> Seen)> _awaited = new(StringComparer.Ordinal); // under _lock
    private readonly TaskCompletionSource _rendered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;
    private long _nextObject;

    private OpenPage(ClientWebSocket socket) => _socket = socket;

    public long Batches { get; private set; }

    public long Bytes { get; private set; }

    public static async Task<OpenPage> OpenAsync(PortalHttp http, Uri url, CookieContainer person, CancellationToken cancellationToken)
    {
        // 1. The page as it is painted first, with what the circuit is to take over.
        using var client = http.NewClient(person, followRedirects: true);
        var html = await client.GetStringAsync(url, cancellationToken);
        var markers = Marker().Matches(html).Select(match => match.Groups["json"].Value).Where(json => json.Contains("\"descriptor\"", StringComparison.Ordinal)).ToList();
        var state = State().Match(html).Groups["state"].Value;
        if (markers.Count == 0)
        {
            throw new InvalidDataException($"{url} has no interactive component.");
        }

        // 2. The circuit.
        var socket = await http.OpenSocketAsync(new UriBuilder(new Uri(url, "/_blazor")) { Scheme = "wss" }.Uri, cancellationToken, person.GetCookieHeader(url));
        var page = new OpenPage(socket);
        await socket.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"), WebSocketMessageType.Text, true, cancellationToken);
        var greeting = new byte[64];
        await socket.ReceiveAsync(greeting.AsMemory(), cancellationToken);
        page._reading = page.ReadAsync();

        // 3. Its components.
        await page.SendAsync(BlazorPack.Invocation("0", "StartCircuit", new Uri(url, "/").AbsoluteUri, url.AbsoluteUri, "[]", state));
        var operations = string.Join(',', markers.Select((marker, i) => $$"""{"type":"add","ssrComponentId":{{i + 1}},"marker":{{marker}}}"""));
        await page.SendAsync(BlazorPack.Invocation(null, "UpdateRootComponents", $$"""{"batchId":1,"operations":[{{operations}}]}""", ""));
        await page._rendered.Task.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
        return page;
    }

    /// <summary>The moment at which a batch with that text arrives (<see cref="Stopwatch.GetTimestamp"/>).</summary>
    public Task<long> SeesAsync(string text)
    {
        var seen = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _awaited[text] = (Encoding.UTF8.GetBytes(text), seen);
        }

        return seen.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _socket.Dispose();
        await _reading.ContinueWith(_ => { }, TaskScheduler.Default);
        _end.Dispose();
    }

    private async Task ReadAsync()
    {
        var (buffer, filled) = (new byte[256 * 1024], 0);
        while (true)
        {
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var got = await _socket.ReceiveAsync(buffer.AsMemory(filled), _end.Token);
            if (got.MessageType == WebSocketMessageType.Close)
            {
                _rendered.TrySetException(new IOException("The circuit was closed."));
                return;
            }

            filled += got.Count;
            Bytes += got.Count;
            ReadOnlyMemory<byte> arrived = buffer.AsMemory(0, filled);
            while (BlazorPack.TryRead(ref arrived, out var message))
            {
                await AnswerAsync(message);
            }

            arrived.CopyTo(buffer);
            filled = arrived.Length;
        }
    }

    private async Task AnswerAsync(object?[] message)
    {
        if (message switch { [3L, _, _, 1L, string refused, ..] => refused, [7L, string closed, ..] => closed, _ => null } is { } failure)
        {
            _rendered.TrySetException(new IOException($"The circuit failed: {failure}"));
            return;
        }

        if (message is not [1L, _, _, string target, object?[] arguments, ..])
        {
            return;
        }

        switch (target, arguments)
        {
            case ("JS.RenderBatch", [long id, byte[] batch]):
                Batches++;
                Look(batch);
                await SendAsync(BlazorPack.Invocation(null, "OnRenderCompleted", id, null));
                _rendered.TrySetResult();
                break;
            case ("JS.BeginInvokeJS", [long task, string, string or null, long kind, ..]):
                // Modules and the like are objects of the browser's; everything else answers nothing.
                var result = kind == 1 ? $$"""{"__jsObjectId":{{++_nextObject}}}""" : "null";
                await SendAsync(BlazorPack.Invocation(null, "EndInvokeJSFromDotNet", task, true, $"[{task},true,{result}]"));
                break;
            case ("JS.Error", [string error, ..]):
                _rendered.TrySetException(new IOException($"The circuit failed: {error}"));
                break;
        }
    }

    private void Look(byte[] batch)
    {
        lock (_lock)
        {
            foreach (var (name, (text, seen)) in _awaited)
            {
                if (batch.AsSpan().IndexOf(text) >= 0)
                {
                    seen.TrySetResult(Stopwatch.GetTimestamp());
                    _awaited.Remove(name);
                }
            }
        }
    }

    private ValueTask SendAsync(byte[] message) => _socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, true, _end.Token);

    [GeneratedRegex("<!--Blazor:(?<json>\\{.*?\\})-->", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Marker();

    [GeneratedRegex("<!--Blazor-Server-Component-State:(?<state>[^-]*)-->", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex State();
}
