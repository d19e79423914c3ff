using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using PortPortal.Auth;
using PortPortal.Engine.Common;

namespace PortPortal.Components.Live;

/// <summary>A page that shows feeds: renders again by itself when one of them changes, or when its reader's rights do.</summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private readonly List<IDisposable> _views = [];

    [Inject]
    private protected CurrentActor Who { get; set; } = null!;

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
            _views.Add(new LiveView<T>(feed, () => InvokeAsync(OnLive)));
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
}
