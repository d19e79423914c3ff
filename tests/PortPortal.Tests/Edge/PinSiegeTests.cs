using System.Diagnostics;
using System.Globalization;
using System.Net;
using PortPortal.Engine.Access;
using PortPortal.Engine.Edge.Gates;
using PortPortal.Engine.Exposures;
using PortPortal.Tests.Edge.Upstream;

namespace PortPortal.Tests.Edge;

/// <summary>PIN guessing at speed, over real connections from many real addresses and thousands of claimed ones.</summary>
[Collection(Support.Alone.Name)]
public sealed class PinSiegeTests
{
    private const int Guesses = 1_000;
    private const int PerSecond = 200;
    private const int Addresses = 40;
    private static readonly string[] Claims = ["X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP"];

    [Fact]
    public async Task E1E2_GuessingAtTwoHundredASecond_GetsFivePerAddressAndFiftyInAll()
    {
        await using var edge = await EdgeWorld.StartAsync();
        await using var app = await WebSocketApp.StartAsync();
        var sealedPin = edge.Get<ExposurePins>().New();
        var exposure = edge.Expose(app.EndPoint, AccessMode.Pin, made => made with { PinProtected = sealedPin });
        var pin = edge.Get<ExposurePins>().Reveal(exposure)!;

        // 1. Somebody is inside.
        var browser = new Browser(edge);
        using var entered = await browser.PostAsync(edge.UrlOf(exposure, PinGate.Path), ("pin", pin));
        var grant = browser.Jar.GetCookieHeader(new Uri(edge.UrlOf(exposure)));
        using var socket = await edge.OpenWebSocketAsync(exposure, grant, $"https://{EdgeWorld.HostOf(exposure)}:{edge.Port}");

        // 2. The siege: 40 real addresses, each request claiming another.
        var clients = Enumerable.Range(2, Addresses).Select(last => edge.NewClient(from: IPAddress.Parse($"127.0.0.{last}"))).ToArray();
        var looked = new int[Addresses];
        var started = Stopwatch.GetTimestamp();
        var tries = Enumerable.Range(0, Guesses).Select(async i =>
        {
            await Task.Delay(TimeSpan.FromSeconds((double)i / PerSecond));
            using var request = new HttpRequestMessage(HttpMethod.Post, edge.UrlOf(exposure, PinGate.Path)) { Content = new FormUrlEncodedContent([new("pin", Wrong(pin, i))]) };
            Claim(request, i);
            using var answer = await clients[i % Addresses].SendAsync(request).WaitAsync(TimeSpan.FromSeconds(30));
            if ((int)answer.StatusCode == 401)
            {
                Interlocked.Increment(ref looked[i % Addresses]);
            }
            else
            {
                Assert.Equal(429, (int)answer.StatusCode);
                Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero);
            }
        });
        await Task.WhenAll(tries);
        var took = Stopwatch.GetElapsedTime(started);

        Assert.All(looked, count => Assert.InRange(count, 0, GuessLimits.TriesPerAddress));
        Assert.Equal(GuessLimits.TriesPerExposure, looked.Sum());
        Assert.True(took < TimeSpan.FromMinutes(1), $"{Guesses} guesses took {took}");

        // 3. Who was inside is inside; who has the right PIN waits; the owner is told once; the log is not flooded.
        Assert.Equal("still here", await SignInGateTests.EchoAsync(socket, "still here"));
        using var late = await new Browser(edge).PostAsync(edge.UrlOf(exposure, PinGate.Path), ("pin", pin));
        Assert.Equal(429, (int)late.StatusCode);
        Assert.Single(edge.Audit, entry => entry.Action == "pin.locked");
        Assert.True(edge.Get<GateLockFeed>().Find(exposure.Id)?.Until > TimeProvider.System.GetUtcNow());
        Assert.InRange(edge.Audit.Count, 1, (2 * Addresses) + 5);
        Array.ForEach(clients, client => client.Dispose());
    }

    private static string Wrong(string pin, int i)
    {
        var guess = (i * 7919 % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
        return guess == pin ? "x" : guess;
    }

    private static void Claim(HttpRequestMessage request, int i)
    {
        var claimed = string.Create(CultureInfo.InvariantCulture, $"10.{i / 65_536 % 256}.{i / 256 % 256}.{i % 256}");
        foreach (var name in Claims)
        {
            request.Headers.TryAddWithoutValidation(name, name == "Forwarded" ? $"for={claimed}" : claimed);
        }
    }
}
