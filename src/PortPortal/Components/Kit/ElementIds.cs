namespace PortPortal.Components.Kit;

/// <summary>Ids for elements that refer to one another; unique in this process, so unique on any page.</summary>
internal static class ElementIds
{
    private static long _last;

    public static string Next(string prefix) => $"pp-{prefix}-{Interlocked.Increment(ref _last)}";
}
