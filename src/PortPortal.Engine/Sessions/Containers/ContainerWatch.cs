using System.Collections.Immutable;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Sessions.Containers;

/// <summary>Follows the containers of this machine: the whole list first, then each one the engine says something about.</summary>
/// <remarks>
/// Events say only whom to look at again; what is true is always read from the container itself, so an event that comes late, twice or never
/// does no lasting harm: everything is read afresh after <see cref="Relist"/>, and after every reconnection.
/// </remarks>
internal sealed partial class ContainerWatch(IOptions<ContainerOptions> options, TimeProvider time, ILogger<ContainerWatch> logger) : BackgroundService
{
    public static readonly TimeSpan Relist = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MinPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(30);

    private readonly Sights<ContainersSight> _sights = new(new([], null));
    private ImmutableSortedDictionary<string, ContainerSighting> _seen = ImmutableSortedDictionary.Create<string, ContainerSighting>(StringComparer.Ordinal); // the loop's own
    private string? _problem; // the loop's own
    private TimeSpan _pause = MinPause; // the loop's own

    public ContainersSight Current => _sights.Current;

    /// <summary>The first sight, then every different one; a slow reader skips to the newest.</summary>
    public IAsyncEnumerable<ContainersSight> SightsAsync(CancellationToken cancellationToken) => _sights.ReadAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (options.Value.Socket != ContainerOptions.None)
        {
            var socket = ContainerSocket.Find(options.Value.Socket);
            var problem = socket is null ? "No container engine was found on this machine." : await FollowAsync(socket, stoppingToken);
            Report(problem);
            await Task.Delay(_pause, time, stoppingToken);
            _pause = 2 * _pause < MaxPause ? 2 * _pause : MaxPause;
        }
    }

    /// <summary>Stays with one engine until it ends, and returns why it did.</summary>
    private async Task<string> FollowAsync(string socket, CancellationToken stoppingToken)
    {
        using var engine = new ContainerEngine(socket);
        try
        {
            // Events of the second before the list are heard again rather than missed.
            var since = time.GetUtcNow() - TimeSpan.FromSeconds(1);
            await LookAtAllAsync(engine, stoppingToken);
            Log.Following(logger, socket, _seen.Count);
            (_pause, _problem) = (MinPause, null);
            await FollowEventsAsync(engine, since, stoppingToken);
            return $"The container engine at {socket} ended the stream of events.";
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or TimeoutException)
        {
            return $"The container engine at {socket} does not answer: {e.Message}";
        }
    }

    private async Task FollowEventsAsync(ContainerEngine engine, DateTimeOffset since, CancellationToken stoppingToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var changed = Channel.CreateUnbounded<string>(new() { SingleReader = true });
        var reading = ReadEventsAsync(engine, since, changed.Writer, end.Token);
        try
        {
            while (await NextAsync(changed.Reader, stoppingToken) is { } isEvent)
            {
                if (isEvent)
                {
                    var touched = new HashSet<string>(StringComparer.Ordinal);
                    while (changed.Reader.TryRead(out var id))
                    {
                        touched.Add(id);
                    }

                    await LookAtAsync(engine, touched, stoppingToken);
                }
                else
                {
                    await LookAtAllAsync(engine, stoppingToken);
                }
            }
        }
        finally
        {
            await end.CancelAsync();
            await reading;
        }
    }

    /// <summary>True for an event, false when it is time to read everything again, null when the stream has ended.</summary>
    private async Task<bool?> NextAsync(ChannelReader<string> changed, CancellationToken stoppingToken)
    {
        try
        {
            return await changed.WaitToReadAsync(stoppingToken).AsTask().WaitAsync(Relist, time, stoppingToken) ? true : null;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static async Task ReadEventsAsync(ContainerEngine engine, DateTimeOffset since, ChannelWriter<string> changed, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var id in engine.ChangedSinceAsync(since, cancellationToken))
            {
                changed.TryWrite(id);
            }

            changed.Complete();
        }
        catch (OperationCanceledException)
        {
            changed.Complete();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
        {
            changed.Complete(e);
        }
    }

    private async Task LookAtAllAsync(ContainerEngine engine, CancellationToken stoppingToken)
    {
        var ids = await InTimeAsync(engine.ListAsync, stoppingToken);
        _seen = _seen.RemoveRange(_seen.Keys.Except(ids, StringComparer.Ordinal));
        await LookAtAsync(engine, ids, stoppingToken);
    }

    private async Task LookAtAsync(ContainerEngine engine, IEnumerable<string> ids, CancellationToken stoppingToken)
    {
        foreach (var id in ids)
        {
            try
            {
                var sighting = await InTimeAsync(token => engine.InspectAsync(id, token), stoppingToken);
                _seen = sighting is null ? _seen.Remove(id) : _seen.SetItem(id, sighting);
            }
            catch (HttpRequestException e) when (e.StatusCode is not null)
            {
                // The engine answers, but cannot say how this one is: one broken container must not hide the others.
                Log.CannotInspect(logger, id, e.StatusCode.Value);
            }
        }

        _sights.Show(new(_seen.Values.ToValueList(), Problem: null));
    }

    private async Task<T> InTimeAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken stoppingToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stoppingToken);
        try
        {
            return await ask(either.Token);
        }
        catch (OperationCanceledException e) when (!stoppingToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {Patience.TotalSeconds:0} s.", e);
        }
    }

    private void Report(string problem)
    {
        if (_problem != problem)
        {
            Log.NotFollowing(logger, problem);
        }

        _problem = problem;
        _sights.Show(new(_seen.Values.ToValueList(), problem));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Following the container engine at {Socket}; it has {Count} containers")]
        public static partial void Following(ILogger logger, string socket, int count);

        [LoggerMessage(LogLevel.Debug, "The container engine cannot inspect {Id}: {Status}")]
        public static partial void CannotInspect(ILogger logger, string id, System.Net.HttpStatusCode status);

        [LoggerMessage(LogLevel.Information, "Containers are not followed: {Problem}")]
        public static partial void NotFollowing(ILogger logger, string problem);
    }
}
