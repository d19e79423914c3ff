using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using PortPortal.Sdk;

namespace PortPortal.Cli.Portals;

/// <summary>Starts a portal on this machine, apart from the terminal, and waits until it answers.</summary>
internal static class PortalStart
{
    private const string KeyLetters = "abcdefghijklmnopqrstuvwxyz234567";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Null where no server's program is to be found here.</summary>
    public static string? FindProgram(Surroundings surroundings) => surroundings.Variable("PORTPORTAL_SERVER")
        ?? new[] { "PortPortal.dll", Path.Combine("..", "PortPortal.dll") }.Select(place => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, place))).FirstOrDefault(File.Exists);

    /// <exception cref="Failure">It did not start; the message holds its own reasons.</exception>
    public static async Task<OwnPortal> StartAsync(Surroundings surroundings, int port, bool stays, CancellationToken cancellationToken)
    {
        var program = FindProgram(surroundings) ?? throw new Failure(ExitCodes.NotFound, "The portal's program is not here: set PORTPORTAL_SERVER to its PortPortal.dll, or start it yourself.");
        var key = $"pp_{RandomNumberGenerator.GetString(KeyLetters, 40)}";
        Directory.CreateDirectory(surroundings.PortalData);
        var log = Path.Combine(surroundings.PortalData, "portal.log");
        using var process = Launch(program, port, surroundings, log, key);
        var portal = new OwnPortal { ProcessId = process.Id, StartedAt = process.StartTime.ToUniversalTime(), Port = port, ApiKey = key, Stays = stays };
        await AwaitAsync(portal, surroundings, process, log, cancellationToken);
        portal.Keep(surroundings);
        return portal;
    }

    private static Process Launch(string program, int port, Surroundings surroundings, string log, string key)
    {
        // A session of its own: Ctrl+C in this terminal is not meant for it.
        var info = new ProcessStartInfo("setsid", ["sh", "-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1 </dev/null", "portportal", log, .. Command(program), "--port", port.ToString(CultureInfo.InvariantCulture), "--data", surroundings.PortalData])
        {
            UseShellExecute = false,
            WorkingDirectory = surroundings.PortalData,
        };
        info.Environment["PORTPORTAL_ADMIN_API_KEY"] = key;
        try
        {
            return Process.Start(info)!;
        }
        catch (Win32Exception exception)
        {
            throw new Failure(ExitCodes.Refused, $"{program} cannot be started: {exception.Message}.");
        }
    }

    private static string[] Command(string program) => program.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", program] : [program];

    private static async Task AwaitAsync(OwnPortal portal, Surroundings surroundings, Process process, string log, CancellationToken cancellationToken)
    {
        var authority = Path.Combine(surroundings.PortalData, "ca", "ca.crt");
        var started = Stopwatch.GetTimestamp();
        while (!File.Exists(authority) || !await AnswersAsync(portal, authority, cancellationToken))
        {
            if (process.HasExited)
            {
                throw new Failure(ExitCodes.Refused, $"{(await File.ReadAllTextAsync(log, cancellationToken)).Trim()}{Environment.NewLine}Another port: portportal proxy start --port N.");
            }

            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                process.Kill(entireProcessTree: true);
                throw new Failure(ExitCodes.Unreachable, $"The portal did not answer within {Patience.TotalSeconds:0} s; see {log}.");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static async Task<bool> AnswersAsync(OwnPortal portal, string authority, CancellationToken cancellationToken)
    {
        using var client = new PortPortalClient(portal.Url, portal.ApiKey, new() { AuthorityFile = authority });
        try
        {
            await client.ListSessionsAsync(cancellationToken: cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or PortPortalException)
        {
            // Not yet; or it is someone else's that has the port, and ours is about to end.
            return false;
        }
    }
}
