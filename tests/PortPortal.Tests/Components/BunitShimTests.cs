using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web;

namespace PortPortal.Tests.Components;

/// <summary>bunit runs here on two stand-ins of its own dependencies (tests/shims); this proves that they suffice.</summary>
public sealed class BunitShimTests
{
    [Fact]
    public async Task Component_Clicked_RendersAgain()
    {
        await using var context = new BunitContext();
        var counter = context.Render<Counter>(p => p.Add(c => c.Start, 4));

        await counter.Find("button").ClickAsync();

        Assert.Equal("5", counter.Find("button").TextContent);
    }

    private sealed class Counter : ComponentBase
    {
        private int _count;

        [Parameter]
        public int Start { get; set; }

        protected override void OnInitialized() => _count = Start;

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenElement(0, "button");
            builder.AddAttribute(1, "onclick", EventCallback.Factory.Create<MouseEventArgs>(this, () => _count++));
            builder.AddContent(2, _count);
            builder.CloseElement();
        }
    }
}
