namespace PortPortal.Tests.Architecture.Planted.Cold;

/// <summary>What a hot path must not touch; the walker's own test looks for every use of it in <c>Hot</c>.</summary>
internal class Store
{
    public static int Count() => 0;

    public int Read() => 1;
}
