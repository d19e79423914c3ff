using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;

namespace PortPortal.BrowserTests.Support;

/// <summary>A page in one view, with what it may never do: log errors, scroll sideways, break an accessibility rule.</summary>
public sealed class PageUnderTest : IAsyncDisposable
{
    private static readonly AxeRunOptions Rules = new()
    {
        RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
    };

    // What another theme can break.
    private static readonly AxeRunOptions ColourRules = new()
    {
        RunOnly = new() { Type = "rule", Values = ["color-contrast", "link-in-text-block"] },
    };

    private readonly ConcurrentQueue<string> _errors = new();

    internal PageUnderTest(IPage page, View view)
    {
        (Page, View) = (page, view);
        page.Console += (_, message) =>
        {
            // A status of a navigation is the page's business, not a fault of its script.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                _errors.Enqueue(message.Text);
            }
        };
        page.PageError += (_, error) => _errors.Enqueue(error);
    }

    public IPage Page { get; }

    public View View { get; private set; }

    /// <summary>Opens a path of the portal and, where the page is interactive, waits until it is.</summary>
    public async Task OpenAsync(string path)
    {
        await Page.GotoAsync(path, new() { WaitUntil = WaitUntilState.Load });
        await InteractiveAsync();
    }

    /// <summary>Waits for the circuit of a page that has one.</summary>
    public async Task InteractiveAsync() => await Page.WaitForFunctionAsync("() => document.documentElement.dataset.ppLive !== 'soon' && document.fonts.status === 'loaded'");

    public void LogsNoErrors() => Assert.Empty(_errors);

    public async Task FitsItsWidthAsync()
    {
        var excess = await Page.EvaluateAsync<int>("document.scrollingElement.scrollWidth - document.documentElement.clientWidth");

        Assert.True(excess <= 0, $"{Page.Url} is {excess} px wider than {View}.");
    }

    public Task IsAccessibleAsync() => IsAccessibleAsync(Rules);

    /// <summary>Another size or theme of the page that is open.</summary>
    public async Task ShowAsync(View view)
    {
        View = view;
        await Page.SetViewportSizeAsync(view.Width, view.Height);
        await Page.EmulateMediaAsync(new() { ColorScheme = view.Theme });
    }

    /// <summary>All of the above at that size, with a picture of each theme in artifacts/screens, which git ignores.</summary>
    public async Task HoldsUpInBothThemesAsync(string name, View view)
    {
        await ShowAsync(view with { Theme = ColorScheme.Dark });
        await ShootAsync(name);
        await IsAccessibleAsync(ColourRules);
        await ShowAsync(view);
        await ShootAsync(name);
        await HoldsUpAsync();
    }

    private async Task IsAccessibleAsync(AxeRunOptions rules)
    {
        var result = await Page.RunAxe(rules);

        var broken = result.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id} ({violation.Impact}): {violation.Help}: {node.Html}")).ToList();
        Assert.True(broken.Count == 0, $"{Page.Url} in {View}:\n{string.Join('\n', broken)}");
    }

    /// <summary>All of the above.</summary>
    public async Task HoldsUpAsync()
    {
        await IsAccessibleAsync();
        await FitsItsWidthAsync();
        LogsNoErrors();
    }

    /// <summary>Keeps a picture in artifacts/screens, which git ignores.</summary>
    public Task ShootAsync(string name) => Page.ScreenshotAsync(new()
    {
        Path = Repository.PathOf("artifacts", "screens", $"{name}-{View}.png"),
        FullPage = View.Name == "phone",
        Animations = ScreenshotAnimations.Disabled,
    });

    public async ValueTask DisposeAsync() => await Page.Context.CloseAsync();
}
