using AngleSharp.Dom;

namespace AngleSharp.Diffing.Extensions;

public static class ElementExtensions
{
    /// <summary>Every ancestor, the nearest first; bunit sends events up along it.</summary>
    public static IEnumerable<INode> GetParents(this INode node)
    {
        for (var parent = node.Parent; parent is not null; parent = parent.Parent)
        {
            yield return parent;
        }
    }
}
