using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Access;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Sessions;
using PortPortal.Engine.Tunnels.Pangolin;

namespace PortPortal.Engine.Exposures.Pangolin;

/// <summary>Keeps every open port of this machine's sessions reachable through Pangolin, too, behind the proof that its access mode promises.</summary>
/// <remarks>How Pangolin's gate and PortPortal's own stand beside one another: docs/decisions/0010-pangolins-gate.md.</remarks>
internal sealed partial class PangolinWatch : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private readonly ExposureFeed _exposures;
    private readonly ExposurePins _pins;
    private readonly PangolinOptions _options;
    private readonly DataDirectory _data;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly PangolinDriver? _driver;
    private readonly WakeUp _wakeUp;
    private string _applied = ""; // touched by the loop alone, as are the next two
    private long _appliedAt;
    private IReadOnlyList<PangolinOutcome> _outcomes = [];

    public PangolinWatch(ExposureFeed exposures, ExposurePins pins, IOptions<PangolinOptions> options, DataDirectory data, TimeProvider time, ILogger<PangolinWatch> logger, ILogger<PangolinDriver> driverLogger)
    {
        (_exposures, _pins, _options, _data, _time, _logger) = (exposures, pins, options.Value, data, time, logger);
        _driver = _options.IsUsable ? new(_options, driverLogger) : null;
        _wakeUp = new(time);
        Problem = _options.Faults() is { Count: > 0 } faults ? $"Ports are not exposed through Pangolin: {string.Join(' ', faults)}" : null;
    }

    /// <summary>Why ports are not reachable through Pangolin although that is wanted; null where they are, or where it is not.</summary>
    public string? Problem { get; private set; }

    public bool IsWanted => !_options.IsUnwanted;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await (_driver?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    public override void Dispose()
    {
        base.Dispose();
        _wakeUp.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_driver is null)
        {
            if (Problem is not null)
            {
                Log.NotUsable(_logger, Problem);
            }

            return;
        }

        _exposures.Publishing += Wake;
        try
        {
            var owner = OwnerMark();
            for (var failures = 0; !stoppingToken.IsCancellationRequested;)
            {
                failures = await ApplyAsync(_driver, owner, stoppingToken) ? 0 : failures + 1;
                await _wakeUp.WaitAsync(failures == 0 ? Interval : TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, 5 * Math.Pow(2, failures))), stoppingToken);
                await Task.Delay(Pause, _time, stoppingToken); // changes come in groups, and every call costs Pangolin a slow hash
            }
        }
        finally
        {
            _exposures.Publishing -= Wake;
        }
    }

    private void Wake(FeedBatch<ExposureStatus> batch) => _wakeUp.Call();

    private async Task<bool> ApplyAsync(PangolinDriver driver, string owner, CancellationToken cancellationToken)
    {
        var unfit = new List<PangolinOutcome>();
        var ports = new List<PangolinPort>();
        foreach (var exposure in _exposures.Items.Values.Where(exposure => exposure.NodeId == LocalNode.Id && exposure.State == ExposureState.Active))
        {
            if (FaultOf(exposure) is { } fault)
            {
                unfit.Add(new(exposure.Id, null, fault));
            }
            else
            {
                ports.Add(PortOf(exposure));
            }
        }

        // Exposures change by the second in ways that are none of Pangolin's business.
        var wanted = JsonSerializer.Serialize(ports.OrderBy(port => port.Key, StringComparer.Ordinal).Select(port => new { port.Key, port.Subdomain, port.Gate, port.Pin, Emails = port.Emails.ToArray(), port.TargetHost, port.TargetPort, port.Method }));
        if (wanted == _applied && _time.GetElapsedTime(_appliedAt) < Interval)
        {
            Show([.. _outcomes, .. unfit]);
            return true;
        }

        var report = await driver.ApplyAsync(new() { Owner = owner, Ports = [.. ports] }, cancellationToken);
        (Problem, _applied, _appliedAt) = (report.Fault, report.Fault is null ? wanted : "", _time.GetTimestamp());
        _outcomes = report.Fault is null ? report.Items : _outcomes;
        Show([.. _outcomes.Where(outcome => !unfit.Exists(other => other.Key == outcome.Key)), .. unfit]);
        return report.Fault is null;
    }

    /// <summary>Again and again: whoever publishes an exposure anew knows nothing of Pangolin.</summary>
    private void Show(IEnumerable<PangolinOutcome> outcomes)
    {
        var byKey = outcomes.ToDictionary(outcome => outcome.Key, StringComparer.Ordinal);
        _exposures.UpdateWhere(exposure => byKey.ContainsKey(exposure.Id), exposure => exposure with { PangolinUrl = byKey[exposure.Id].Url, PangolinProblem = byKey[exposure.Id].Fault });
    }

    /// <summary>What Pangolin cannot ask for is not put there at all: it would be a narrower or a wider door than the one that was promised.</summary>
    private string? FaultOf(ExposureStatus exposure) => exposure.Access.Mode switch
    {
        AccessMode.Email when exposure.Access.AllowedEmails.FirstOrDefault(rule => !IsExpressible(rule)) is { } rule => $"Pangolin cannot express “{rule}”; the port is open at its own address only.",
        AccessMode.Email when exposure.Access.AllowedEmails.Count == 0 => "Its list of addresses is empty: nobody could come in.",
        AccessMode.Pin when _pins.Reveal(exposure) is null => "Its PIN cannot be read any more; rotate it.",
        _ => null,
    };

    private PangolinPort PortOf(ExposureStatus exposure) => new()
    {
        Key = exposure.Id,
        Subdomain = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{exposure.SessionId}-{exposure.Port}"),
        Gate = exposure.Access.Mode switch
        {
            AccessMode.Sso => PangolinGate.Sso,
            AccessMode.Email => PangolinGate.Email,
            AccessMode.Pin => PangolinGate.Pin,
            _ => PangolinGate.Open,
        },
        Pin = exposure.Access.Mode == AccessMode.Pin ? _pins.Reveal(exposure) : null,
        Emails = [.. exposure.Access.AllowedEmails],
        TargetHost = exposure.Target.Address.ToString(),
        TargetPort = exposure.Target.Port,
        Method = exposure.Protocol == UpstreamProtocol.Https ? "https" : "http",
    };

    /// <summary>An exact address or <c>*@domain</c>; not sub-domains, lists or exceptions.</summary>
    private static bool IsExpressible(string rule) =>
        EmailRule.TryParse(rule, out var parsed) && parsed is { Excludes: false, Kind: EmailRuleKind.Address or EmailRuleKind.Domain };

    /// <summary>Tells this installation's resources from another's in the same organisation; kept, or nobody would remove them.</summary>
    private string OwnerMark()
    {
        var path = Path.Combine(_data.Folder("pangolin"), "owner");
        if (!File.Exists(path))
        {
            DurableFile.Write(path, ShortId.New(), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return File.ReadAllText(path).Trim();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Problem}")]
        public static partial void NotUsable(ILogger logger, string problem);
    }
}
