using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using PortPortal.Auth;
using PortPortal.Engine.Common;

namespace PortPortal.Components.Live;

/// <summary>A page that shows feeds: renders again by itself when one of them changes, or when its reader's rights do.</summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    /// <summary>A change and what follows from it show at once; under a stream of them the page renders twice a second.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);
    private const double AtOnce = 4;

    private readonly List<IDisposable> _views = [];
    private long _readAt; // touched on the page's own thread of work only, as are the next two
    private double _credit = AtOnce; // renders that need not wait
    private bool _due;

    [Inject]
    private protected CurrentActor Who { get; set; } = null!;

    [Inject]
    private protected TimeProvider Time { get; set; } = null!;

    /// <summary>Who reads, with the rights at the last render; commands ask <see cref="Who"/> anew. Null once they are signed out.</summary>
    private protected Actor? Reader { get; private set; }

    /// <summary>Changes when the person's rights do, and brings the page here again.</summary>
    [CascadingParameter]
    private Task<AuthenticationState>? Authentication { get; set; }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected override async Task OnParametersSetAsync() => Reader = await Who.FindAsync();

    /// <summary>Renders again on each change of <paramref name="feed"/>. A page rendered for its first paint only does not listen.</summary>
    protected void Watch<T>(LiveFeed<T> feed)
        where T : class
    {
        if (RendererInfo.IsInteractive)
        {
            _views.Add(new LiveView<T>(feed, () => InvokeAsync(PaceAsync)));
        }
    }

    /// <summary>A feed changed.</summary>
    protected virtual void OnLive() => StateHasChanged();

    protected virtual void Dispose(bool disposing)
    {
        foreach (var view in _views)
        {
            view.Dispose();
        }

        _views.Clear();
    }

    private async Task PaceAsync()
    {
        if (_due)
        {
            return;
        }

        _due = true;
        _credit = Math.Min(AtOnce, _credit + (_readAt == 0 ? 0 : Time.GetElapsedTime(_readAt) / Pace));
        _readAt = Time.GetTimestamp();
        if (_credit < 1)
        {
            await Task.Delay((1 - _credit) * Pace, Time);
            _credit = 1;
            _readAt = Time.GetTimestamp();
        }

        if (_views.Count == 0)
        {
            return;
        }

        _due = false;
        _credit--;
        OnLive();
    }
}
