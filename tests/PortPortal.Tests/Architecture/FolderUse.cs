using System.Reflection;

namespace PortPortal.Tests.Architecture;

/// <summary>One use of one folder by another: which type names which.</summary>
internal sealed record FolderUse(string From, string To, string User, string Used)
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public override string ToString() => $"{From} → {To}: {User} uses {Used}";

    /// <summary>Every use between the folders under <paramref name="root"/>: signatures, fields, attributes, and method bodies.</summary>
    /// <param name="root">A namespace such as <c>PortPortal.Engine</c>; its next part names the folder.</param>
    public static IReadOnlyList<FolderUse> Find(Assembly assembly, string root) =>
    [
        .. from type in assembly.GetTypes()
           let @from = FolderOf(type, root)
           where @from is not null
           from used in Named(type).SelectMany(Parts).Distinct()
           let to = FolderOf(used, root)
           where to is not null && to != @from
           select new FolderUse(@from, to, Outermost(type).Name, used.Name),
    ];

    /// <summary>The folder of a type, by its namespace; null outside of <paramref name="root"/>.</summary>
    public static string? FolderOf(Type type, string root) =>
        Outermost(type).Namespace is { } name && name.StartsWith(root + ".", StringComparison.Ordinal)
            ? name[(root.Length + 1)..].Split('.')[0]
            : null;

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<Type?> Named(Type type) =>
    [
        type.BaseType,
        .. type.GetInterfaces(),
        .. type.GetGenericArguments().SelectMany(argument => argument.GetGenericParameterConstraints()),
        .. type.GetFields(Declared).Select(field => field.FieldType),
        .. type.GetProperties(Declared).Select(property => property.PropertyType),
        .. type.GetCustomAttributesData().SelectMany(Named),
        .. type.GetConstructors(Declared).SelectMany(Named),
        .. type.GetMethods(Declared).SelectMany(Named),
    ];

    private static IEnumerable<Type?> Named(CustomAttributeData attribute) =>
        [attribute.AttributeType, .. attribute.ConstructorArguments.Select(argument => argument.Value as Type)];

    private static IEnumerable<Type?> Named(MethodBase method) =>
    [
        (method as MethodInfo)?.ReturnType,
        .. method.GetParameters().Select(parameter => parameter.ParameterType),
        .. method.IsGenericMethod ? method.GetGenericArguments().SelectMany(argument => argument.GetGenericParameterConstraints()) : [],
        .. method.GetCustomAttributesData().SelectMany(Named),
        .. method.GetMethodBody()?.LocalVariables.Select(local => local.LocalType) ?? [],
        .. IlReader.Members(method).SelectMany(Named),
    ];

    private static IEnumerable<Type?> Named(MemberInfo member) => member switch
    {
        Type type => [type],
        FieldInfo field => [field.DeclaringType, field.FieldType],
        MethodInfo method => [method.DeclaringType, method.ReturnType, .. method.GetGenericArguments(), .. method.GetParameters().Select(p => p.ParameterType)],
        _ => [member.DeclaringType],
    };

    /// <summary>A type and what it is made of: <c>Task&lt;Session[]&gt;</c> names <c>Session</c>.</summary>
    private static IEnumerable<Type> Parts(Type? type) => type switch
    {
        null => [],
        { HasElementType: true } => Parts(type.GetElementType()),
        { IsConstructedGenericType: true } => type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition()),
        _ => [type],
    };
}
