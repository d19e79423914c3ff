using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.RenderTree;

namespace PortPortal.Components.Kit;

/// <summary>Writes what only shows as one piece of markup: a page that holds many of them keeps one string for each instead of a tree.</summary>
/// <remarks>Text and attributes are encoded here, as the renderer would.</remarks>
internal static class StaticMarkup
{
    private static readonly HashSet<string> Empty = new(StringComparer.Ordinal) { "br", "hr", "img", "input", "link", "meta", "wbr" };

    /// <exception cref="ArgumentException">There is a component or a handler in it: that is not static.</exception>
    public static MarkupString Of(RenderFragment fragment)
    {
#pragma warning disable ASP0006, BL0006 // the frames are read the way the renderer reads them, and end here
        using var builder = new RenderTreeBuilder();
        builder.AddContent(0, fragment);
        var frames = builder.GetFrames();
        var html = new StringBuilder();
        Write(frames.Array.AsSpan(0, frames.Count), html);
        return new(html.ToString());
    }

    private static void Write(ReadOnlySpan<RenderTreeFrame> frames, StringBuilder html)
    {
        for (var i = 0; i < frames.Length; i++)
        {
            switch (frames[i].FrameType)
            {
                case RenderTreeFrameType.Element:
                    WriteElement(frames.Slice(i, frames[i].ElementSubtreeLength), html);
                    i += frames[i].ElementSubtreeLength - 1;
                    break;
                case RenderTreeFrameType.Text:
                    html.Append(HtmlEncoder.Default.Encode(frames[i].TextContent));
                    break;
                case RenderTreeFrameType.Markup:
                    html.Append(frames[i].MarkupContent);
                    break;
                case RenderTreeFrameType.Region:
                    break; // what is in it follows
                default:
                    throw new ArgumentException($"{frames[i].FrameType} is not static.", nameof(frames));
            }
        }
    }

    private static void WriteElement(ReadOnlySpan<RenderTreeFrame> element, StringBuilder html)
    {
        var name = element[0].ElementName;
        html.Append('<').Append(name);
        var content = 1;
        for (; content < element.Length && element[content].FrameType == RenderTreeFrameType.Attribute; content++)
        {
            WriteAttribute(element[content].AttributeName, element[content].AttributeValue, html);
        }

        html.Append('>');
        if (!Empty.Contains(name))
        {
            Write(element[content..], html);
            html.Append("</").Append(name).Append('>');
        }
    }
#pragma warning restore ASP0006, BL0006

    private static void WriteAttribute(string name, object? value, StringBuilder html)
    {
        switch (value)
        {
            case true:
                html.Append(' ').Append(name);
                break;
            case string text:
                html.Append(' ').Append(name).Append("=\"").Append(HtmlEncoder.Default.Encode(text)).Append('"');
                break;
            default:
                throw new ArgumentException($"The attribute {name} is not static.", nameof(value));
        }
    }
}
