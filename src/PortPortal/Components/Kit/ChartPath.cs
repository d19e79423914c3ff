using System.Globalization;
using System.Text;

namespace PortPortal.Components.Kit;

/// <summary>Values as an SVG path, one step to the right for each; coordinates are short, for they travel to every open page.</summary>
internal static class ChartPath
{
    /// <param name="top">The value that reaches <paramref name="ceiling"/>; zero or less draws along the floor.</param>
    /// <param name="floor">The y of nothing.</param>
    /// <param name="ceiling">The y of <paramref name="top"/>.</param>
    public static string Line(IReadOnlyList<double> values, double top, double floor, double ceiling)
    {
        if (values.Count < 2 || top <= 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"M0 {floor}H{Math.Max(1, values.Count - 1)}");
        }

        var path = new StringBuilder(values.Count * 8);
        for (var i = 0; i < values.Count; i++)
        {
            var y = floor - (Math.Clamp(values[i] / top, 0, 1) * (floor - ceiling));
            path.Append(i == 0 ? 'M' : 'L').Append(CultureInfo.InvariantCulture, $"{i} {y:0.#}");
        }

        return path.ToString();
    }
}
