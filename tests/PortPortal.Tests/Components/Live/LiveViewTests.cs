using PortPortal.Components.Live;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Components.Live;

public sealed class LiveViewTests : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(750);
    private readonly ManualTime _time = new();
    private readonly Source _one = new();
    private readonly Source _other = new();
    private readonly LiveView _view;
    private readonly DateTimeOffset _began;
    private volatile int _calls;

    public LiveViewTests() =>
        (_began, _view) = (_time.GetUtcNow(), new LiveView(() => { _calls++; return Task.CompletedTask; }, _time).Follow(_one).Follow(_other));

    public void Dispose() => _view.Dispose();

    [Fact]
    public async Task Change_AfterAQuietTime_IsToldAtOnce()
    {
        _one.Change();

        await Eventually.TrueAsync(() => _calls == 1, "the change is told");
    }

    [Fact]
    public async Task Changes_OfSeveralSourcesTogether_AreToldOnce()
    {
        await StreamAsync(calls: 1);
        for (var i = 0; i < 20; i++)
        {
            _one.Change();
            _other.Change();
        }

        await WaitAsync(() => _calls == 2, "all are told");
        await WaitAsync(() => _time.GetUtcNow() > _began + (Pace * 20), "time passes");
        Assert.Equal(2, _calls);
    }

    [Fact]
    public async Task Changes_WithoutEnd_AreToldAtAPaceAfterTheFirstFew()
    {
        await StreamAsync(calls: 5);
        var began = _time.GetUtcNow();

        await StreamAsync(calls: 11);

        Assert.InRange(_time.GetUtcNow() - began, Pace * 5, TimeSpan.MaxValue);
    }

    [Fact]
    public async Task Change_AfterAStreamAndAQuietMoment_IsToldAtOnceAgain()
    {
        await StreamAsync(calls: 6);
        await WaitAsync(() => _time.GetUtcNow() > _began + (Pace * 20), "time passes");
        var (before, began) = (_calls, _time.GetUtcNow());

        await StreamAsync(calls: before + 3);

        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.Zero, Pace);
    }

    [Fact]
    public async Task View_Disposed_IsToldNothing_AndHoldsNoSource()
    {
        _view.Dispose();
        _one.Change();
        await WaitAsync(() => _time.GetUtcNow() > _began + Pace, "time passes");

        Assert.Equal(0, _calls);
        Assert.False(_one.IsFollowed);
    }

    /// <summary>A change every 10 ms, until so many calls came of it.</summary>
    private async Task StreamAsync(int calls)
    {
        while (_calls < calls)
        {
            _one.Change();
            _time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Delay(1);
        }
    }

    /// <summary>Lets the time pass, and the view do what falls due.</summary>
    private Task WaitAsync(Func<bool> until, string what) => Eventually.TrueAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            return until();
        },
        what);

    private sealed class Source : ILiveSource
    {
        public event Action? Changed;

        public bool IsFollowed => Changed is not null;

        public void Change() => Changed?.Invoke();
    }
}
