using PortPortal.Tests.Architecture.Planted.Cold;

namespace PortPortal.Tests.Architecture.Planted.Hot;

internal sealed class InABase : Store;

internal sealed class InAField
{
    public readonly Store? Kept = new();
}

internal static class InASignature
{
    public static void Take(Store? store) => _ = store is null;
}

internal static class InAGenericArgument
{
    public static Task<IReadOnlyList<Store[]>> Take() => Task.FromResult<IReadOnlyList<Store[]>>([]);
}

[AttributeUsage(AttributeTargets.Class)]
internal sealed class NamesAttribute(Type type) : Attribute
{
    public Type Type => type;
}

[Names(typeof(Store))]
internal static class InAnAttribute;

internal static class InABody
{
    public static object Take() => new Store().Read();
}

internal static class InALambdaOfAnAsyncMethod
{
    public static async Task<Func<int>> TakeAsync()
    {
        await Task.Yield();
        return () => new Store().Read();
    }
}

internal static class InAStaticCall
{
    public static int Take() => Store.Count();
}

internal static class Clean
{
    public static int Take() => 7;
}
