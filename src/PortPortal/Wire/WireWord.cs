namespace PortPortal.Wire;

/// <summary>The engine's words as the wire spells them.</summary>
internal static class WireWord
{
    /// <summary>In camel case.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
