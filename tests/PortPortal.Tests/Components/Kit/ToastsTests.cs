using PortPortal.Components.Kit;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Components.Kit;

public sealed class ToastsTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly Toasts _toasts;

    public ToastsTests() => _toasts = new(_time);

    public void Dispose() => _toasts.Dispose();

    [Fact]
    public void Toast_AfterFiveSeconds_IsGone()
    {
        _toasts.Show(PpState.Live, "URL copied");

        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Single(_toasts.Shown);

        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Empty(_toasts.Shown);
    }

    [Fact]
    public void Toast_WithUndo_StaysEightSeconds()
    {
        _toasts.Show(new(PpState.Gone, "Port 3000 is closed") { Action = "Undo" });

        _time.Advance(TimeSpan.FromSeconds(7.9));
        Assert.Single(_toasts.Shown);

        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Empty(_toasts.Shown);
    }

    [Fact]
    public void Toast_UnderThePointer_WaitsAndThenRunsOn()
    {
        _toasts.Show(PpState.Live, "URL copied");
        _time.Advance(TimeSpan.FromSeconds(3));

        _toasts.Hold();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(_toasts.Shown);

        _toasts.Release();
        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Single(_toasts.Shown);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Empty(_toasts.Shown);
    }

    [Fact]
    public void Toast_TheFifth_PushesTheOldestOut()
    {
        foreach (var text in (string[])["1", "2", "3", "4", "5"])
        {
            _toasts.Show(PpState.Live, text);
        }

        Assert.Equal(["2", "3", "4", "5"], _toasts.Shown.Select(toast => toast.Text));
    }
}
