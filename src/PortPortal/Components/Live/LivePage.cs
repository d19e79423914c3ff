using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using PortPortal.Auth;
using PortPortal.Engine.Common;

namespace PortPortal.Components.Live;

/// <summary>A page that shows feeds: renders again by itself when one of them changes, or when its reader's rights do.</summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private LiveView? _view;

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

    /// <summary>Renders again when <paramref name="source"/> changes. A page rendered for its first paint only does not listen.</summary>
    private protected void Watch(ILiveSource source)
    {
        if (RendererInfo.IsInteractive)
        {
            _view ??= new LiveView(() => InvokeAsync(LookAsync), Time);
            _view.Follow(source);
        }
    }

    /// <summary>Something it watches changed.</summary>
    protected virtual void OnLive() => StateHasChanged();

    protected virtual void Dispose(bool disposing)
    {
        _view?.Dispose();
        _view = null;
    }

    private async Task LookAsync()
    {
        if (_view is null)
        {
            return;
        }

        try
        {
            OnLive();
        }
        catch (Exception exception)
        {
            await DispatchExceptionAsync(exception);
        }
    }
}
