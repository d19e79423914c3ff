using System.Globalization;
using System.Text.RegularExpressions;

namespace PortPortal.Benchmarks;

/// <summary>Closed-loop load by wrk, with names resolved by a hosts file of its own.</summary>
internal static partial class Wrk
{
    /// <summary>Answers per second; anything but success is an error of the benchmark.</summary>
    public static async Task<double> RunAsync(Workbench bench, Target target, int connections, int seconds)
    {
        // A mount namespace, because wrk takes names from /etc/hosts only, and the machine's own file stays as it is.
        string[] arguments =
        [
            "--mount", .. Environment.IsPrivilegedProcess ? Array.Empty<string>() : ["--map-root-user"],
            "sh", "-c", "mount --bind \"$0\" /etc/hosts && exec wrk \"$@\"", bench.HostsPath,
            "-t2", $"-c{connections}", $"-d{seconds}s", .. target.Cookie is null ? Array.Empty<string>() : ["-H", "Cookie: " + target.Cookie],
            target.Url.ToString(),
        ];
        await using var wrk = ChildProcess.Start("unshare", arguments);
        var code = await wrk.ExitAsync(TimeSpan.FromSeconds(seconds + 20));
        var rate = Rate().Match(wrk.Output);
        if (code != 0 || !rate.Success || Trouble().IsMatch(wrk.Output))
        {
            throw new InvalidOperationException($"wrk against {target.Name}: {wrk.Output}");
        }

        return double.Parse(rate.Groups["rate"].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"Requests/sec:\s+(?<rate>[\d.]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rate();

    // A late answer (timeout) is a slow one; a refused or broken connection is none.
    [GeneratedRegex("Non-2xx or 3xx responses|connect [1-9]|read [1-9]|write [1-9]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Trouble();
}
