using System.Globalization;
using System.Text;
using QRCoder;

namespace PortPortal.Components.Kit;

/// <summary>A QR code as one SVG path in modules, level M, without its quiet zone (the view box adds four modules).</summary>
internal sealed record QrPath(int Size, string Path)
{
    public static QrPath Of(string text)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var modules = code.ModuleMatrix;
        // QRCoder's matrix brings the quiet zone along.
        const int quiet = 4;
        var size = modules.Count - (2 * quiet);
        var path = new StringBuilder();
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size;)
            {
                var run = 0;
                while (x + run < size && modules[y + quiet][x + run + quiet])
                {
                    run++;
                }

                if (run > 0)
                {
                    path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h{run}v1h-{run}z");
                }

                x += Math.Max(1, run);
            }
        }

        return new(size, path.ToString());
    }
}
