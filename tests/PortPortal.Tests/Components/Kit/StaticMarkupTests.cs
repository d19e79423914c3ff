using Microsoft.AspNetCore.Components;
using PortPortal.Components.Kit;

namespace PortPortal.Tests.Components.Kit;

public sealed class StaticMarkupTests
{
    [Fact]
    public void Fragment_IsWrittenWithItsTextAndAttributesEncoded()
    {
        var markup = StaticMarkup.Of(builder =>
        {
            builder.OpenElement(0, "a");
            builder.AddAttribute(1, "title", "\"><script>");
            builder.AddAttribute(2, "hidden", true);
            builder.AddAttribute(3, "download", false);
            builder.AddContent(4, "<b> & 'c'");
            builder.AddMarkupContent(5, "<i>ours</i>");
            builder.AddContent(6, (RenderFragment)(inner => inner.AddContent(0, 7)));
            builder.OpenElement(7, "br");
            builder.CloseElement();
            builder.CloseElement();
        });

        Assert.Equal("<a title=\"&quot;&gt;&lt;script&gt;\" hidden>&lt;b&gt; &amp; &#x27;c&#x27;<i>ours</i>7<br></a>", markup.Value);
    }

    [Fact]
    public void Fragment_ThatDoesSomething_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => StaticMarkup.Of(builder =>
        {
            builder.OpenElement(0, "button");
            builder.AddAttribute(1, "onclick", EventCallback.Factory.Create(this, () => { }));
            builder.CloseElement();
        }));
        Assert.Throws<ArgumentException>(() => StaticMarkup.Of(builder =>
        {
            builder.OpenComponent<PpKbd>(0);
            builder.CloseComponent();
        }));
    }
}
