using System.Globalization;

namespace PortPortal.Components.Kit;

/// <summary>Bytes in kB, MB, GB, base 1000, with a space before the unit.</summary>
internal static class ByteText
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    public static string Size(double bytes)
    {
        var unit = 0;
        while (unit < Units.Length - 1 && bytes >= 999.5)
        {
            bytes /= 1000;
            unit++;
        }

        // One digit behind the point where it says something: 1.9 MB, but 412 kB.
        var format = unit >= 2 && bytes < 99.95 ? "0.#" : "0";
        return string.Create(CultureInfo.InvariantCulture, $"{bytes.ToString(format, CultureInfo.InvariantCulture)} {Units[unit]}");
    }

    public static string Rate(double bytesPerSecond) => $"{Size(bytesPerSecond)}/s";
}
