using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions;
using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Tests.Sessions.Listeners;

public sealed class ListenerWatchTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly FakeTable _table = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _table.Dispose();

    [LinuxFact]
    public async Task S17_NewAndClosedListeners_ShowWithinTwoSeconds()
    {
        using var scanner = new ListenerScanner(NetworkNamespace.Own, new SocketOwners(TimeProvider.System), Seen());
        using var watch = new ListenerWatch(scanner, TimeProvider.System, NullLogger<ListenerWatch>.Instance);
        await watch.StartAsync(CancellationToken.None);
        await using var sights = watch.SightsAsync(CancellationToken.None).GetAsyncEnumerator();
        await NextAsync(sights, _ => true);

        var started = Stopwatch.GetTimestamp();
        var listener = TestListener.On("127.0.0.1");
        var port = listener.Port;
        await NextAsync(sights, seen => seen.Any(found => found.Port == port));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(2));

        started = Stopwatch.GetTimestamp();
        listener.Dispose();
        await NextAsync(sights, seen => seen.All(found => found.Port != port));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(2));

        await watch.StopAsync(CancellationToken.None).WaitAsync(Patience);
    }

    [LinuxFact]
    public async Task SightsAsync_NothingChanged_SaysNothing()
    {
        _table.Ports = [3000];
        using var watch = Watch();
        Assert.True(watch.Look());
        await using var sights = watch.SightsAsync(CancellationToken.None).GetAsyncEnumerator();
        await NextAsync(sights, seen => seen.Single().Port == 3000);
        var next = sights.MoveNextAsync();

        Assert.False(watch.Look());
        Assert.False(next.IsCompleted);

        _table.Ports = [3000, 3001];
        Assert.True(watch.Look());
        Assert.True(await next.AsTask().WaitAsync(Patience));
    }

    [LinuxFact]
    public async Task SightsAsync_NothingListens_StillGivesTheFirstSight()
    {
        using var watch = Watch();
        await using var sights = watch.SightsAsync(CancellationToken.None).GetAsyncEnumerator();
        var first = sights.MoveNextAsync();
        Assert.False(first.IsCompleted);

        watch.Look();

        Assert.True(await first.AsTask().WaitAsync(Patience));
        Assert.Empty(sights.Current);
    }

    [LinuxFact]
    public async Task SightsAsync_SlowReader_SkipsToTheNewest()
    {
        using var watch = Watch();
        watch.Look();
        await using var sights = watch.SightsAsync(CancellationToken.None).GetAsyncEnumerator();
        await NextAsync(sights, seen => seen.Count == 0);
        for (var port = 3000; port <= 3009; port++)
        {
            _table.Ports = [port];
            watch.Look();
        }

        Assert.True(await sights.MoveNextAsync().AsTask().WaitAsync(Patience));

        Assert.Equal(3009, sights.Current.Single().Port);
    }

    [LinuxFact]
    public async Task SightsAsync_Cancelled_Ends()
    {
        using var stop = new CancellationTokenSource();
        using var watch = Watch();
        watch.Look();
        await using var sights = watch.SightsAsync(stop.Token).GetAsyncEnumerator(CancellationToken.None);
        await NextAsync(sights, _ => true);
        var next = sights.MoveNextAsync();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.AsTask().WaitAsync(Patience));
    }

    [LinuxFact]
    public void Look_KernelDoesNotAnswer_KeepsTheLastSight()
    {
        _table.Ports = [3000];
        using var watch = Watch();
        watch.Look();
        _table.Fault = new IOException("No buffer space.");

        Assert.False(watch.Look());
        Assert.Equal(3000, watch.Current.Single().Port);

        (_table.Fault, _table.Ports) = (null, [3001]);
        Assert.True(watch.Look());
        Assert.Equal(3001, watch.Current.Single().Port);
    }

    [LinuxFact]
    public async Task Watch_Running_LooksAtOnceAndThenEverySecond()
    {
        _table.Ports = [3000];
        using var watch = Watch();
        await watch.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => watch.Current.Count > 0, "the first look");
        _table.Ports = [3001];

        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(ListenerWatch.Interval / 10);
                return watch.Current.Single().Port == 3001;
            },
            "the second look");

        Assert.InRange(_time.GetUtcNow() - new ManualTime().GetUtcNow(), ListenerWatch.Interval, 20 * ListenerWatch.Interval);
        await watch.StopAsync(CancellationToken.None).WaitAsync(Patience);
    }

    [LinuxFact]
    public async Task AddListeners_InAHost_WatchesThisMachine()
    {
        using var listener = TestListener.On("127.0.0.1");
        var services = new ServiceCollection().AddLogging().AddListeners();
        await using var provider = services.BuildServiceProvider();
        var watch = provider.GetRequiredService<ListenerWatch>();
        Assert.Same(watch, provider.GetServices<IHostedService>().Single());

        watch.Look();

        Assert.Equal(HiddenReason.Own, Assert.Single(watch.Current, found => found.Port == listener.Port).Hidden);
    }

    private static async Task NextAsync(IAsyncEnumerator<ValueList<DetectedListener>> sights, Func<ValueList<DetectedListener>, bool> fits)
    {
        do
        {
            Assert.True(await sights.MoveNextAsync().AsTask().WaitAsync(Patience));
        }
        while (!fits(sights.Current));
    }

    private static HidingRule Seen() => new(new OwnListeners(), ownPid: null);

    private ListenerWatch Watch() => new(
        new ListenerScanner(NetworkNamespace.Own, new SocketOwners(TimeProvider.System), Seen(), [() => _table]), _time, NullLogger<ListenerWatch>.Instance);

    /// <summary>A kernel that lists what the test says.</summary>
    private sealed class FakeTable : ISocketTable
    {
        public IReadOnlyList<int> Ports { get; set; } = [];

        public IOException? Fault { get; set; }

        public string Name => "fake";

        public void Read(List<ListeningSocket> sockets, bool afresh)
        {
            if (Fault is not null)
            {
                throw Fault;
            }

            sockets.AddRange(Ports.Select(port => new ListeningSocket(IPAddress.Loopback, port, Inode: 0)));
        }

        public void Dispose()
        {
        }
    }
}
