using System.Globalization;

namespace PortPortal.Components.Kit;

/// <summary>A number with its noun in the right form.</summary>
internal static class CountText
{
    public static string Of(int count, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");

    public static string People(int count) => Of(count, "person", "people");
}
