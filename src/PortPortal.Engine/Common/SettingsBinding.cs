using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace PortPortal.Engine.Common;

/// <summary>Binds a section to its options so that a value of the wrong kind is one fault among others, reported with them.</summary>
/// <remarks>The framework's binder throws at the first such value, before anything else was looked at.</remarks>
internal static class SettingsBinding
{
    /// <remarks>For properties of one value each: text, numbers, true or false, times, enums, and those or nothing.</remarks>
    public static OptionsBuilder<T> BindSettings<T>(this OptionsBuilder<T> builder, string section)
        where T : class
    {
        builder.Services.AddSingleton<IValidateOptions<T>>(provider => new Kinds<T>(provider.GetRequiredService<IConfiguration>(), section));
        return builder.Configure<IConfiguration>((options, configuration) =>
        {
            foreach (var (property, text) in Given<T>(configuration, section))
            {
                if (TryRead(property.PropertyType, text, out var value))
                {
                    property.SetValue(options, value);
                }
            }
        });
    }

    private static IEnumerable<(PropertyInfo Property, string Text)> Given<T>(IConfiguration configuration, string section) =>
        from property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.SetMethod is { IsPublic: true } && (property.PropertyType.IsValueType || property.PropertyType == typeof(string))
        let text = configuration[$"{section}:{property.Name}"]
        where text is not null
        select (property, text);

    private static bool TryRead(Type type, string text, out object? value)
    {
        value = null;
        var kind = Nullable.GetUnderlyingType(type);
        if (text.Length == 0 && kind is not null)
        {
            return true;
        }

        try
        {
            value = TypeDescriptor.GetConverter(kind ?? type).ConvertFromString(null, CultureInfo.InvariantCulture, text);
            return value is not Enum named || Enum.IsDefined(named.GetType(), named);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    private static string KindOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        { IsEnum: true } named => string.Join(", ", Enum.GetNames(named)),
        var time when time == typeof(TimeSpan) => "a time such as 00:00:10",
        var flag when flag == typeof(bool) => "true or false",
        var real when real == typeof(double) => "a number",
        _ => "a whole number",
    };

    private sealed class Kinds<T>(IConfiguration configuration, string section) : IValidateOptions<T>
        where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            var faults = Given<T>(configuration, section)
                .Where(given => !TryRead(given.Property.PropertyType, given.Text, out _))
                .Select(given => $"{section}:{given.Property.Name} takes {KindOf(given.Property.PropertyType)}; it is '{given.Text}'.")
                .ToList();
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
