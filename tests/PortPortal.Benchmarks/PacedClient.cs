using System.Diagnostics;

namespace PortPortal.Benchmarks;

/// <summary>Open-loop load at a fixed rate: a request is due when it is due, and its time counts from then, however late the answers before it are.</summary>
internal static class PacedClient
{
    /// <summary>The 99th percentile in milliseconds.</summary>
    public static async Task<double> P99Async(Target target, int perSecond, TimeSpan duration)
    {
        using var client = new PortalHttp(target.Url.Port, target.TrustPath).NewClient();
        if (target.Cookie is not null)
        {
            client.DefaultRequestHeaders.Add("Cookie", target.Cookie);
        }

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => OnceAsync(client, target, Stopwatch.GetTimestamp())));
        var requests = new List<Task<double>>();
        var start = Stopwatch.GetTimestamp();
        var interval = Stopwatch.Frequency / perSecond;
        for (var due = start; Stopwatch.GetElapsedTime(start, due) < duration; due += interval)
        {
            if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } early)
            {
                await Task.Delay(early);
            }

            requests.Add(OnceAsync(client, target, Stopwatch.GetTimestamp()));
        }

        var times = (await Task.WhenAll(requests)).Order().ToList();
        return times[(int)(times.Count * 0.99)];
    }

    private static async Task<double> OnceAsync(HttpClient client, Target target, long started)
    {
        using var response = await client.GetAsync(target.Url);
        response.EnsureSuccessStatusCode();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
