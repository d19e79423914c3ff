using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace PortPortal.Engine.Tunnels.Pangolin;

/// <summary>Makes the organisation's resources that carry our mark equal to a plan; all others are left alone.</summary>
/// <remarks>
/// The mark is the resource's name, <c>portportal {owner} {key}</c>: what an earlier process made is found again by it, and nothing else is
/// ever touched. Whatever cannot be verified is blocked, and said.
/// </remarks>
public sealed partial class PangolinDriver : ITunnelDriver<PangolinPlan, PangolinReport>
{
    private const int MaxLabel = 63;
    private readonly PangolinOptions _options;
    private readonly PangolinClient _api;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _turn = new(1, 1); // guards what follows
    private readonly Dictionary<string, string> _set = new(StringComparer.Ordinal); // what was put on, by key: Pangolin tells no PIN
    private string? _domainId;

    public PangolinDriver(PangolinOptions options, ILogger<PangolinDriver> logger)
        : this(options, logger, handler: null)
    {
    }

    internal PangolinDriver(PangolinOptions options, ILogger logger, HttpMessageHandler? handler) =>
        (_options, _api, _logger) = (options, new(options, handler), logger);

    public async Task<PangolinReport> ApplyAsync(PangolinPlan plan, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // 1. The whole picture.
            _domainId ??= _options.DomainId is { Length: > 0 } given ? given : await _api.DomainAsync(_options.BaseDomain, cancellationToken);
            var all = await _api.ResourcesAsync(cancellationToken);

            // 2. What nobody wants goes first, so that its names are free.
            var mark = MarkOf(plan.Owner, "");
            var wanted = plan.Ports.ToDictionary(port => MarkOf(plan.Owner, port.Key));
            var own = all.Where(resource => resource.Name.StartsWith(mark, StringComparison.Ordinal)).OrderBy(resource => resource.Id).ToList();
            var kept = own.Where(resource => wanted.ContainsKey(resource.Name)).DistinctBy(resource => resource.Name).ToDictionary(resource => resource.Name);
            var removed = 0;
            foreach (var stray in own.Where(resource => kept.GetValueOrDefault(resource.Name)?.Id != resource.Id))
            {
                await _api.DeleteAsync(stray.Id, cancellationToken);
                _set.Remove(stray.Name);
                removed++;
            }

            // 3. What is wanted, one by one; one that fails keeps none of the others back.
            var foreign = all.Except(own).Select(resource => resource.FullDomain).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
            var settled = new List<(PangolinPort Port, string Name, int? Id, string? Fault)>();
            foreach (var (name, port) in wanted)
            {
                var (id, fault) = await TrySettleAsync(port, name, kept.GetValueOrDefault(name), foreign, cancellationToken);
                settled.Add((port, name, id, fault));
            }

            // 4. Read back; what is not as it should be is blocked.
            var listed = settled.Exists(item => item.Id is not null) ? (await _api.ResourcesAsync(cancellationToken)).ToDictionary(resource => resource.Id) : [];
            var items = ImmutableArray.CreateBuilder<PangolinOutcome>();
            foreach (var (port, name, id, fault) in settled)
            {
                items.Add(await VerifyAsync(port, name, id, fault, listed, cancellationToken));
            }

            return new() { Items = items.ToImmutable(), Removed = removed };
        }
        catch (PangolinException exception)
        {
            Log.NotApplied(_logger, exception.Message);
            return new() { Fault = $"Pangolin: {exception.Message}. What is in force there stays as it is." };
        }
        finally
        {
            _turn.Release();
        }
    }

    public ValueTask DisposeAsync()
    {
        _api.Dispose();
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<(int? Id, string? Fault)> TrySettleAsync(PangolinPort port, string name, PangolinResource? found, HashSet<string> foreign, CancellationToken cancellationToken)
    {
        if (FaultOf(port, foreign) is { } fault)
        {
            return (found?.Id, fault);
        }

        try
        {
            return (await SettleAsync(port, name, found, cancellationToken), null);
        }
        catch (PangolinException exception) when (exception.Status is not (null or 401 or 403))
        {
            // A conflict, or one call that it refuses: the others may still go through.
            return (found?.Id, $"Pangolin: {exception.Message}.");
        }
    }

    private async Task<int> SettleAsync(PangolinPort port, string name, PangolinResource? found, CancellationToken cancellationToken)
    {
        var resource = found ?? await _api.CreateAsync(name, port.Subdomain, _domainId!, cancellationToken);
        if (!string.Equals(resource.FullDomain, FullDomain(port), StringComparison.OrdinalIgnoreCase))
        {
            // Without the domain beside it, the sub-domain is stored and the name stays.
            await _api.UpdateAsync(resource.Id, new() { ["subdomain"] = port.Subdomain, ["domainId"] = _domainId }, cancellationToken);
        }

        var print = PrintOf(port);
        if (found is null || _set.GetValueOrDefault(name) != print || !LooksRight(port, found))
        {
            // Rows of lists and of creations leave out how it is guarded; what is unknown is put right.
            await PangolinGates.SetAsync(_api, resource, port, cancellationToken);
            _set[name] = print;
        }

        // Last: without a target there is no way in.
        await SetTargetAsync(resource.Id, port, cancellationToken);
        return resource.Id;
    }

    private async Task SetTargetAsync(int id, PangolinPort port, CancellationToken cancellationToken)
    {
        var site = int.Parse(_options.SiteId, System.Globalization.CultureInfo.InvariantCulture);
        var targets = await _api.TargetsAsync(id, cancellationToken);
        var right = targets.FirstOrDefault(target => target.SiteId == site && target.Host == port.TargetHost && target.Port == port.TargetPort && target.Method == port.Method && target.Enabled);
        foreach (var wrong in targets.Where(target => target.Id != right?.Id))
        {
            await _api.DeleteTargetAsync(wrong.Id, cancellationToken);
        }

        if (right is null)
        {
            await _api.AddTargetAsync(id, site, port.TargetHost, port.TargetPort, port.Method, cancellationToken);
        }
    }

    private async Task<PangolinOutcome> VerifyAsync(PangolinPort port, string name, int? id, string? fault, Dictionary<int, PangolinResource> listed, CancellationToken cancellationToken)
    {
        if (id is not { } number)
        {
            return new(port.Key, null, fault);
        }

        var difference = fault;
        if (difference is null)
        {
            var found = await _api.GetAsync(number, cancellationToken);
            var emails = port.Gate == PangolinGate.Email ? await _api.WhitelistAsync(number, cancellationToken) : [];
            difference = listed.TryGetValue(number, out var row) ? PangolinGates.Difference(port, FullDomain(port), found, row, emails) : "it is not in the list";
            difference = difference is null ? null : $"Pangolin did not do what was asked of it: {difference}. It is blocked until that is put right.";
        }

        if (difference is null)
        {
            return new(port.Key, new Uri($"https://{FullDomain(port)}"), null);
        }

        // Closed is better than open without its proof.
        _set.Remove(name);
        await _api.UpdateAsync(number, new() { ["blockAccess"] = true }, cancellationToken);
        Log.Blocked(_logger, port.Key, difference);
        return new(port.Key, null, difference);
    }

    private string? FaultOf(PangolinPort port, HashSet<string> foreign)
    {
        if (port.Subdomain.Length is 0 or > MaxLabel)
        {
            return $"A name takes 1 to {MaxLabel} characters; “{port.Subdomain}” does not.";
        }

        // It would take a second resource of the same name without a word, and guard it by the first one's rules.
        if (foreign.Contains(FullDomain(port)))
        {
            return $"{FullDomain(port)} belongs to another resource in Pangolin; nothing was changed there.";
        }

        if (port.Gate == PangolinGate.Pin && (port.Pin is not { Length: 6 } pin || !pin.All(char.IsAsciiDigit)))
        {
            return "Pangolin takes PINs of exactly six digits.";
        }

        return port.Gate == PangolinGate.Email && port.Emails.IsEmpty ? "Its list of addresses is empty: nobody could come in." : null;
    }

    private static bool LooksRight(PangolinPort port, PangolinResource listed) =>
        listed.Sso == (port.Gate == PangolinGate.Sso)
        && listed.EmailWhitelist == (port.Gate == PangolinGate.Email)
        && listed.HasPin == (port.Gate == PangolinGate.Pin)
        && listed.HasPassword != true
        && listed.BlockAccess != true
        && listed.Enabled != false;

    private string FullDomain(PangolinPort port) => $"{port.Subdomain}.{_options.BaseDomain}".ToLowerInvariant();

    private static string MarkOf(string owner, string key) => $"portportal {owner} {key}";

    private static string PrintOf(PangolinPort port) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{port.Gate}\n{port.Pin}\n{string.Join('\n', port.Emails)}")));

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Pangolin was not brought in line: {Reason}.")]
        public static partial void NotApplied(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Error, "The Pangolin resource of {Key} was blocked: {Reason}")]
        public static partial void Blocked(ILogger logger, string key, string reason);
    }
}
